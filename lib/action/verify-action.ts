import type { ClusterProgress } from './judge-landing'
import { isOpen, nextShot } from './shot-machine'
import { READ_BACK } from './step-kinds'
import type { ShotChange, ShotRow } from './store'
import type { ClusterFigures, StepKind } from './types'

/** How long after the last landing the effect may take to show. */
const VERIFY_WITHIN_MS = 15 * 60_000
const ADMITTING = new Set(['Healthy', 'Strained', 'Recovering'])
const LANDED = new Set(['landed', 'verified', 'unverified'])

/** Whether what an action was meant to do has come about on a cluster, and the words for either. */
interface Effect {
  is: boolean
  words: string
}

/**
 * What one cluster's shots have come to: *done* once their effect is there, *verified* once besides ordinary callers
 * are admitted again, by evidence newer than the landing; *unverified* when that did not show in time. Landed, done
 * and verified are three different things.
 */
export function verifyCluster(
  shots: readonly ShotRow[],
  seen: ClusterProgress | undefined,
  figures: () => ClusterFigures | undefined,
  isUndo: boolean,
  now: number,
): ShotChange[] {
  const landed = shots.filter(shot => LANDED.has(shot.state))
  const lastLandedAt = Math.max(...landed.map(shot => shot.landedAt ?? 0))
  if (landed.length === 0) return []
  const done = landed.filter(shot => shot.doneAt === undefined && (isUndo || isDone(shot, seen)))
  const changes = done.flatMap(shot => nextShot(shot, { type: 'done' }, now) ?? [])
  const pending = landed.filter(shot => shot.state === 'landed')
  if (pending.length === 0 || shots.some(shot => isOpen(shot.state))) return changes
  const effect = isUndo ? { is: true, words: 'Back in place' } : effectOf(landed, seen)
  // What reads as written has had its effect, whatever else ails the cluster.
  const isWhole = !isUndo && landed.every(({ stepKind }) => READ_BACK.has(stepKind))
  const admitting =
    isWhole || (seen !== undefined && ADMITTING.has(seen.state) && (seen.evidenceAt ?? 0) > lastLandedAt)
  const outcome =
    effect.is && admitting ? 'verified' : now - lastLandedAt > VERIFY_WITHIN_MS ? 'unverified' : undefined
  if (!outcome) return changes
  const detail =
    outcome === 'verified'
      ? `${effect.words}; the cluster is ${seen?.state ?? 'Unknown'}.`
      : missing(effect, admitting, seen)
  for (const shot of pending) {
    const verified = nextShot(shot, { type: 'verify', state: outcome, detail }, now)
    if (!verified) continue
    const same = changes.find(change => change.id === shot.id)
    const after = { ...shot.effect, after: figures() }
    if (same)
      Object.assign(same, { set: { ...same.set, ...verified.set, effect: after }, audit: verified.audit })
    else changes.push({ ...verified, set: { ...verified.set, effect: after } })
  }
  return changes
}

/** A controller must follow them. */
const CONTROLLED: ReadonlySet<StepKind> = new Set(['change-workload', 'admit-replicas', 'scale-machines'])

/** Rights and levels are as they were written; what a controller must follow up on is done when it has. */
function isDone({ id, stepKind: step }: ShotRow, seen: ClusterProgress | undefined): boolean {
  if (step === 'revoke-rights' || step === 'create-level' || step === 'run-actuator') return true
  // What was admitted goes by itself, within its grace period.
  if (step === 'evict-pod') return true
  if (step === 'create-schema') return seen?.muted === 'proven' || seen?.muted === 'unprovable'
  if (READ_BACK.has(step)) return seen?.inEffect?.has(id) === true
  if (CONTROLLED.has(step)) return seen?.converged?.is === true
  return seen?.pods?.count === 0
}

function effectOf(landed: readonly ShotRow[], seen: ClusterProgress | undefined): Effect {
  const has = (kind: StepKind) => landed.some(shot => shot.stepKind === kind)
  if (has('create-schema')) {
    if (seen?.muted === 'unprovable')
      return { is: true, words: 'Rejection is in place, unproven: no lane may act for the caller' }
    return seen?.muted === 'proven'
      ? { is: true, words: 'Its requests are seen to be taken by the rejecting level' }
      : { is: false, words: 'its requests are not seen to be rejected' }
  }
  if (landed.every(({ stepKind }) => READ_BACK.has(stepKind))) {
    const read = landed.filter(({ id }) => seen?.inEffect?.has(id)).length
    return read === landed.length
      ? { is: true, words: 'Read back as written' }
      : { is: false, words: `only ${read} of ${landed.length} were read back as written` }
  }
  if (has('evict-pod')) return { is: true, words: 'Evicted; what has a grace period goes within it' }
  if (has('run-actuator')) return { is: true, words: 'Its actuator reported success' }
  if (has('scale-machines')) {
    if (seen?.converged?.is) return { is: true, words: `Cluster API followed: ${seen.converged.words}` }
    return { is: false, words: seen?.converged?.words ?? 'Cluster API was not seen to follow' }
  }
  if (has('change-workload') || has('admit-replicas')) {
    if (seen?.converged?.is) return { is: true, words: `Its controller followed: ${seen.converged.words}` }
    return { is: false, words: seen?.converged?.words ?? 'its controller was not seen to follow' }
  }
  if (seen?.pods?.count === 0) return { is: true, words: 'Pods gone' }
  return has('revoke-rights')
    ? { is: true, words: 'Callers without rights' }
    : { is: false, words: 'pods still run and keep their rights' }
}

function missing(effect: Effect, admitting: boolean, seen: ClusterProgress | undefined): string {
  const words = [
    effect.is ? undefined : effect.words,
    admitting ? undefined : `ordinary callers are not seen to be admitted (${seen?.state ?? 'Unknown'})`,
  ]
  return `Landed, but not verified within 15 min: ${words.filter(Boolean).join('; ')}.`
}
