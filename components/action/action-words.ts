import { plural } from '@/lib/client/format-number'
import type {
  ActionKindDto,
  ActionStateDto,
  ActionSummaryDto,
  ShotDto,
  ShotStateDto,
} from '@/lib/wire/actions'
import type { GlyphName } from '../ui/glyph'

interface Words {
  word: string
  glyph: GlyphName
  textClass: string
}

const UNDO_PAUSED: Words = { word: 'Undo paused', glyph: 'warn', textClass: 'c-warn' }
const PAUSED: Words = { word: 'Paused', glyph: 'warn', textClass: 'c-warn' }

export const ACTION_WORDS: Record<ActionStateDto, Words> = {
  planned: { word: 'Planned', glyph: 'info', textClass: 'dim' },
  awaiting: { word: 'Awaiting approval', glyph: 'warn', textClass: 'c-warn' },
  running: { word: 'Running', glyph: 'armed', textClass: '' },
  finished: { word: 'Finished', glyph: 'pass', textClass: 'c-pass' },
  aborting: { word: 'Aborting', glyph: 'warn', textClass: 'c-warn' },
  aborted: { word: 'Aborted', glyph: 'dark', textClass: 'dim' },
  expired: { word: 'Expired', glyph: 'unknown', textClass: 'dim' },
  undoing: { word: 'Undoing', glyph: 'recovering', textClass: 'c-recovering' },
  undone: { word: 'Undone', glyph: 'recovering', textClass: 'dim' },
}

/** Of an action as it stands: a paused one still runs, by its state. */
export function actionWords({ state, pause }: Pick<ActionSummaryDto, 'state' | 'pause'>): Words {
  if (!pause) return ACTION_WORDS[state]
  return state === 'running' ? PAUSED : state === 'undoing' ? UNDO_PAUSED : ACTION_WORDS[state]
}

export const SHOT_WORDS: Record<ShotStateDto, Words & { meaning: string }> = {
  waiting: {
    word: 'waiting',
    glyph: 'unknown',
    textClass: 'mute',
    meaning: 'an earlier step has not landed yet',
  },
  armed: {
    word: 'armed',
    glyph: 'armed',
    textClass: 'dim',
    meaning: 'tried again until a request is admitted',
  },
  trying: { word: 'trying', glyph: 'armed', textClass: '', meaning: 'a request is under way' },
  draining: {
    word: 'draining',
    glyph: 'warn',
    textClass: 'c-warn',
    meaning: 'stopped, but an earlier request may still take effect',
  },
  landed: { word: 'landed', glyph: 'pass', textClass: '', meaning: 'admitted by the API server' },
  verified: {
    word: 'verified',
    glyph: 'pass',
    textClass: 'c-pass',
    meaning: 'read back: the effect is there',
  },
  unverified: {
    word: 'unverified',
    glyph: 'warn',
    textClass: 'c-warn',
    meaning: 'landed, but its effect is not proven',
  },
  superseded: {
    word: 'superseded',
    glyph: 'dark',
    textClass: 'dim',
    meaning: 'the object was gone or had changed: nothing was sent',
  },
  refused: { word: 'refused', glyph: 'block', textClass: 'c-block', meaning: 'the API server said no' },
  expired: {
    word: 'expired',
    glyph: 'unknown',
    textClass: 'dim',
    meaning: 'its time ran out before it landed',
  },
  aborted: { word: 'aborted', glyph: 'dark', textClass: 'dim', meaning: 'stopped before it was sent' },
}

export const STEP_WORDS: Record<ShotDto['stepKind'], string> = {
  'revoke-rights': 'Revoke rights',
  'delete-workload': 'Delete workload',
  'delete-pods': 'Delete pods',
  'create-level': 'Create rejecting level',
  'create-schema': 'Send caller there',
  'change-workload': 'Change workload',
  'scale-resource': 'Scale',
  'cordon-node': 'Cordon node',
  'evict-pod': 'Evict pod',
  'admit-node': 'Re-admit node',
  'admit-replicas': 'Scale up',
  'pause-owner': 'Freeze owner',
  'scale-machines': 'Scale machines',
  'set-weights': 'Set weights',
  'run-actuator': 'Run actuator',
}

export const KIND_WORDS: Record<ActionKindDto, { title: string; hold: string }> = {
  'remove-service': { title: 'Remove service', hold: 'remove from' },
  'mute-caller': { title: 'Mute caller', hold: 'mute on' },
  'revoke-caller': { title: 'Revoke rights', hold: 'revoke on' },
  'shrink-footprint': { title: 'Shrink footprint', hold: 'shrink on' },
  'scale-workload': { title: 'Scale workload', hold: 'scale on' },
  'scale-resource': { title: 'Scale custom resource', hold: 'scale on' },
  'roll-back-workload': { title: 'Roll back', hold: 'roll back on' },
  'cordon-nodes': { title: 'Cordon nodes', hold: 'cordon on' },
  'drain-nodes': { title: 'Drain nodes', hold: 'drain on' },
  're-admit-nodes': { title: 'Re-admit nodes', hold: 're-admit on' },
  'freeze-roll-outs': { title: 'Freeze roll-outs', hold: 'freeze on' },
  'scale-cluster': { title: 'Scale cluster', hold: 'scale on' },
  'scale-api-servers': { title: 'Scale API servers', hold: 'scale on' },
  'shift-traffic': { title: 'Shift traffic', hold: 'shift on' },
  'run-actuator': { title: 'Run actuator', hold: 'act on' },
}

const WAVES = { canary: 'the canary', first: 'the first 5 %', all: 'all' } as const

/** What pausing, resuming and widening do to this action now, for beside their buttons. */
export function steeringWords({ state, pause, nextWave }: ActionSummaryDto): string {
  if (state !== 'running' && state !== 'undoing') return ''
  const turn = pause
    ? 'Resume goes on where it stopped. '
    : 'Pause sends nothing more; what is under way ends as it ends. '
  if (!nextWave) return turn
  const { wave, clusters } = nextWave
  return `${turn}Widen sends it to ${WAVES[wave]} now, ${plural(clusters, 'more cluster')}, without waiting for proof; the guards are asked again. `
}

/** `namespace/name`, or the name alone where there is no namespace. */
export function targetName({ namespace, name }: { namespace?: string | null; name: string }): string {
  return namespace ? `${namespace}/${name}` : name
}

/** `9f3c·a1d4·77e0`: enough of the digest to compare by eye. */
export function shortDigest(digest: string): string {
  return digest.slice(0, 12).replace(/(.{4})(?=.)/g, '$1·')
}
