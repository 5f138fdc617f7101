import { type ChainSources, readChain } from '../chain/read-chain'
import type { CacheChain } from '../chain/types'
import type { CurveCache } from '../fuse/curve-cache'
import { PROGRAMS, type ProgramKind, type ProgramLife, programLife } from '../fuse/programs'
import { shapeOf, type Traffic } from '../fuse/shape'
import { diffLines } from './diff-lines'
import { type ChangeCode, type Edited, type Knob, knobs } from './knobs'

/** One change that would lengthen a cluster's life without its control plane. */
export interface ReadinessChange {
  code: ChangeCode
  title: string
  /** What it costs or risks, in words. */
  risk: string
  /** Whose life it lengthens: everybody's (`patient`), some programs', or that of the names that it names. */
  helps: ProgramKind | 'names'
  /** Seconds that their budget grows by, over the particles' median; and the budget before and with it. */
  gainSeconds: number
  before: ProgramLife
  budget: ProgramLife
  /** Unified diffs of the Corefiles; the whole file where there was none, or a patch for pods. */
  diffs: { file: string; diff: string }[]
}

export interface RankOptions {
  /** Services that matter most, as `service.namespace`. */
  criticalNames?: readonly string[]
  traffic?: Traffic
}

const CORE_FILE = 'kube-system/coredns Corefile'
const NODE_FILE = 'kube-system/node-local-dns Corefile'
/** A static record has no end; budgets are counted up to a day. */
const HORIZON_SECONDS = 86_400
const LEAST_GAIN_SECONDS = 0.5

/**
 * Tries each change on the Corefiles themselves, reads the chain again and ranks by the seconds gained: first what
 * helps every lookup, then what helps some programs or names. Changes that do not apply, cannot be written as a diff
 * or gain nothing are left out. Empty when the Corefiles do not read.
 */
export function rankChanges(
  sources: ChainSources,
  curves: CurveCache,
  { criticalNames = [], traffic }: RankOptions = {},
): ReadinessChange[] {
  const now = readChain(sources)
  if (!now.ok || !sources.coreDns) return []
  const life = (chain: CacheChain, program = PROGRAMS.patient) =>
    programLife(shapeOf(chain, 'first-failure', 'unknown', traffic), program, curves)
  const changes: ReadinessChange[] = []
  for (const knob of knobs(now.chain, criticalNames)) {
    const { code, title, risk, programs = 'patient', resolver, isStatic } = knob
    const edited = knob.edit ? knob.edit(sources) : {}
    if (!edited) continue
    const reading = readChain({ ...sources, ...edited })
    if (!reading.ok) continue
    const before = life(now.chain, PROGRAMS[programs])
    const budget = isStatic ? FOREVER : life(reading.chain, resolver?.now ?? PROGRAMS[programs])
    const gainSeconds = budget.felt.p50 - before.felt.p50
    if (gainSeconds < LEAST_GAIN_SECONDS) continue
    const helps = isStatic ? 'names' : programs
    changes.push({
      code,
      title,
      risk,
      helps,
      gainSeconds,
      before,
      budget,
      diffs: diffsOf(knob, sources, edited),
    })
  }
  const some = ({ helps }: ReadinessChange) => Number(helps !== 'patient')
  return changes.sort((a, b) => some(a) - some(b) || b.gainSeconds - a.gainSeconds)
}

const DAY = { p10: HORIZON_SECONDS, p50: HORIZON_SECONDS, p90: HORIZON_SECONDS }
const FOREVER: ProgramLife = { felt: DAY, dry: DAY }

function diffsOf({ resolver }: Knob, before: ChainSources, after: Edited): ReadinessChange['diffs'] {
  if (resolver) return [{ file: resolver.file, diff: resolver.diff }]
  const files = [
    { file: CORE_FILE, old: before.coreDns?.corefile, now: after.coreDns?.corefile },
    { file: NODE_FILE, old: before.nodeCache?.corefile, now: after.nodeCache?.corefile },
  ]
  return files.flatMap(({ file, old, now }) => {
    if (now === undefined || now === old) return []
    return [{ file, diff: old === undefined ? now : diffLines(old, now, file) }]
  })
}
