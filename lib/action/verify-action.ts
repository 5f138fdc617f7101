import type { ClusterProgress } from './advance-action'
import { isOpen, nextShot } from './shot-machine'
import type { ShotChange, ShotRow } from './store'
import type { ClusterFigures } from './types'

/** How long after the last landing the effect may take to show. */
const VERIFY_WITHIN_MS = 15 * 60_000
const ADMITTING = new Set(['Healthy', 'Strained', 'Recovering'])
const LANDED = new Set(['landed', 'verified', 'unverified'])

/**
 * What one cluster's shots have come to: *done* once the pods are gone, *verified* once the callers are silent and
 * ordinary callers are admitted again, by evidence newer than the landing; *unverified* when that did not show in
 * time. Landed, done and verified are three different things.
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
  const podsGone = isUndo || seen?.pods?.count === 0
  const done = landed.filter(shot => shot.doneAt === undefined && (podsGone || isDoneByItself(shot, isUndo)))
  const changes = done.flatMap(shot => nextShot(shot, { type: 'done' }, now) ?? [])
  const pending = landed.filter(shot => shot.state === 'landed')
  if (pending.length === 0 || shots.some(shot => isOpen(shot.state))) return changes
  const silent = podsGone || landed.some(shot => shot.stepKind === 'revoke-rights')
  const admitting = seen !== undefined && ADMITTING.has(seen.state) && (seen.evidenceAt ?? 0) > lastLandedAt
  const outcome =
    silent && admitting ? 'verified' : now - lastLandedAt > VERIFY_WITHIN_MS ? 'unverified' : undefined
  if (!outcome) return changes
  const detail =
    outcome === 'verified'
      ? `${isUndo ? 'Back in place' : podsGone ? 'Pods gone' : 'Callers without rights'}; the cluster is ${seen?.state}.`
      : missing(silent, admitting, seen)
  for (const shot of pending) {
    const verified = nextShot(shot, { type: 'verify', state: outcome, detail }, now)
    if (!verified) continue
    const same = changes.find(change => change.id === shot.id)
    const effect = { ...shot.effect, after: figures() }
    if (same) Object.assign(same, { set: { ...same.set, ...verified.set, effect }, audit: verified.audit })
    else changes.push({ ...verified, set: { ...verified.set, effect } })
  }
  return changes
}

/** Rights that are gone are gone at once; a workload and its pods only when the pods are. */
function isDoneByItself(shot: ShotRow, isUndo: boolean): boolean {
  return isUndo || shot.stepKind === 'revoke-rights'
}

function missing(silent: boolean, admitting: boolean, seen: ClusterProgress | undefined): string {
  const words = [
    silent ? undefined : 'pods still run and keep their rights',
    admitting ? undefined : `ordinary callers are not seen to be admitted (${seen?.state ?? 'Unknown'})`,
  ]
  return `Landed, but not verified within 15 min: ${words.filter(Boolean).join('; ')}.`
}
