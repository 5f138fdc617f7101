import type { ControlPlaneStateDto, DataPlaneStateDto, LikelyCauseDto } from '@/lib/wire/fleet'
import type { GlyphName } from './glyph'

/** How one control-plane state looks everywhere: glyph, word, tile paint, ink on the tile. */
export interface StateLook {
  glyph: GlyphName
  word: string
  /** What it means, in one line. */
  meaning: string
  /** CSS class for text in the state's colour; the glyph or word always stands beside it. */
  textClass: string
  fill: string
  stroke: string
  strokeWidth: number
  dash?: string
  ink: string
  /** Plain plate under glyph and text, where the fill is patterned. */
  plate?: string
}

export const STATE_LOOK: Record<ControlPlaneStateDto, StateLook> = {
  Dark: {
    glyph: 'dark',
    word: 'Dark',
    meaning: 'no lane answers',
    textClass: 'c-dark',
    fill: 'var(--st-dark-fill)',
    stroke: 'var(--st-dark)',
    strokeWidth: 2,
    ink: 'var(--ink-dark)',
  },
  LockedOut: {
    glyph: 'locked',
    word: 'Locked out',
    meaning: 'ordinary callers are not admitted',
    textClass: 'c-locked',
    fill: 'url(#paint-locked)',
    stroke: 'var(--st-locked-edge)',
    strokeWidth: 1,
    ink: 'var(--ink-locked)',
    plate: 'var(--st-locked)',
  },
  Overloaded: {
    glyph: 'overloaded',
    word: 'Overloaded',
    meaning: 'rejects or times out some callers',
    textClass: 'c-overloaded',
    fill: 'var(--st-overloaded)',
    stroke: 'var(--st-overloaded)',
    strokeWidth: 1,
    ink: 'var(--ink-overloaded)',
  },
  Strained: {
    glyph: 'strained',
    word: 'Strained',
    meaning: 'slow or queueing, still admits',
    textClass: 'c-strained',
    fill: 'url(#paint-strained)',
    stroke: 'var(--st-strained)',
    strokeWidth: 1,
    ink: 'var(--st-strained)',
    plate: 'var(--st-strained-fill)',
  },
  Healthy: {
    glyph: 'healthy',
    word: 'Healthy',
    meaning: 'answers ordinary callers in time',
    textClass: 'c-healthy',
    fill: 'transparent',
    stroke: 'var(--st-healthy-line)',
    strokeWidth: 1,
    ink: 'var(--st-healthy-text)',
  },
  Recovering: {
    glyph: 'recovering',
    word: 'Recovering',
    meaning: 'cause gone, load falling, not yet safe',
    textClass: 'c-recovering',
    fill: 'url(#paint-recovering)',
    stroke: 'var(--st-recovering)',
    strokeWidth: 1,
    ink: 'var(--st-recovering)',
    plate: 'var(--st-recovering-fill)',
  },
  Unknown: {
    glyph: 'unknown',
    word: 'Unknown',
    meaning: 'no data; never counted as good',
    textClass: 'c-unknown',
    fill: 'transparent',
    stroke: 'var(--st-unknown)',
    strokeWidth: 1,
    dash: '2 2',
    ink: 'var(--st-unknown)',
  },
}

/** The order of counts and keys: worst first, then calm, then the two in between. */
export const STATE_ORDER: readonly ControlPlaneStateDto[] = [
  'Dark',
  'LockedOut',
  'Overloaded',
  'Strained',
  'Healthy',
  'Recovering',
  'Unknown',
]

export const FUSE_LOOK: Record<DataPlaneStateDto, { glyph: GlyphName; word: string; textClass: string }> = {
  Fresh: { glyph: 'fresh', word: 'Fresh', textClass: 'c-healthy' },
  Burning: { glyph: 'burning', word: 'Burning', textClass: 'c-burning' },
  Dry: { glyph: 'dry', word: 'Dry', textClass: 'c-dark' },
  Unknown: { glyph: 'unknown', word: 'Unknown', textClass: 'c-unknown' },
}

/** The look of a state that came as free text, e.g. in a saved plan. */
export function lookOf(state: string): StateLook {
  return STATE_LOOK[state as ControlPlaneStateDto] ?? STATE_LOOK.Unknown
}

/** Where the trouble of a control plane sits, in words. */
export const CAUSE_WORDS: Record<LikelyCauseDto, string> = {
  callers: 'its callers, who ask for more than it can serve',
  etcd: 'its store (etcd), which answers slowly or not at all',
  webhook: 'an admission webhook that answers slowly or not at all',
  zone: 'the loss of one of its API servers or their zone',
  server: 'an API server that restarted',
}
