import type { AuditDraft } from '../audit/types'
import type { ShotChange, ShotRow, ShotSet } from './store'
import type { Attempt, ShotState, StopReason } from './types'

/** What can happen to a shot after its claim. Claims themselves are one statement of the store. */
export type ShotEvent =
  | { type: 'arm' }
  /** Answered: in effect, another object in its place, or refused for good. `token` is the owner's. */
  | { type: 'end'; state: 'landed' | 'superseded' | 'refused'; token: number; lane?: string; detail: string }
  /** No further send. By the owner under its token, or by anybody while nobody tries. */
  | { type: 'stop'; reason: StopReason; token?: number }
  /** Nothing of ours can take effect any more, and one look told what became of the object. */
  | {
      type: 'settle'
      found: 'in-effect' | 'not-in-effect' | 'other-object' | 'unknown'
      token: number
      detail: string
    }
  /** The effect is there without a write of ours. */
  | { type: 'not-needed'; detail: string }
  /** An earlier step ended in a way that makes this one wrong. */
  | { type: 'give-up'; state: 'superseded' | 'refused'; detail: string }
  | { type: 'done' }
  | { type: 'verify'; state: 'verified' | 'unverified'; detail: string }

/** Attempts known to the owner, which ride on the next write. */
export interface AttemptsSoFar {
  attempts: number
  lastAttempts: Attempt[]
}

const OPEN: readonly ShotState[] = ['waiting', 'armed', 'trying', 'draining']

/** Whether anything may still be sent or take effect. */
export function isOpen(state: ShotState): boolean {
  return OPEN.includes(state)
}

/**
 * The conditional update that an event asks for; undefined when the shot's state does not allow it. Pure: whoever
 * applies it learns from the store whether the row was still as expected.
 */
export function nextShot(
  shot: ShotRow,
  event: ShotEvent,
  now: number,
  soFar?: AttemptsSoFar,
): ShotChange | undefined {
  const move = (from: readonly ShotState[], set: ShotSet, verb?: string): ShotChange | undefined =>
    from.includes(shot.state)
      ? {
          id: shot.id,
          from: [shot.state],
          token: 'token' in event ? event.token : undefined,
          set: { ...set, ...soFar },
          updatedAt: now,
          audit: verb
            ? auditOf(shot, verb, now, { ...set, attempts: soFar?.attempts ?? shot.attempts })
            : undefined,
        }
      : undefined
  switch (event.type) {
    case 'arm':
      return move(['waiting'], { state: 'armed', detail: '' })
    case 'end': {
      const { state, lane, detail } = event
      const landedAt = state === 'landed' ? now : undefined
      return move(['trying', 'draining'], { state, lane, detail, landedAt }, `shot.${state}`)
    }
    case 'stop':
      if (shot.state === 'waiting' || shot.state === 'armed') {
        const state = event.reason === 'expired' ? 'expired' : 'aborted'
        const detail = 'Nothing was ever sent.'
        return move([shot.state], { state, stopReason: event.reason, detail }, `shot.${state}`)
      }
      return move(
        ['trying'],
        {
          state: 'draining',
          stopReason: event.reason,
          drainingAt: now,
          detail: 'Nothing more is sent; what is under way may still land.',
        },
        'shot.draining',
      )
    case 'settle': {
      if (event.found === 'in-effect') {
        return move(['draining'], { state: 'landed', landedAt: now, detail: event.detail }, 'shot.landed')
      }
      const stopped = shot.stopReason === 'expired' ? 'expired' : 'aborted'
      const state = event.found === 'other-object' ? 'superseded' : stopped
      return move(['draining'], { state, detail: event.detail }, `shot.${state}`)
    }
    case 'not-needed':
      return move(
        ['waiting'],
        { state: 'landed', landedAt: now, doneAt: now, detail: event.detail },
        'shot.not-needed',
      )
    case 'give-up':
      return move(['waiting'], { state: event.state, detail: event.detail }, `shot.${event.state}`)
    case 'done':
      return shot.doneAt === undefined
        ? move(['landed', 'verified', 'unverified'], { doneAt: now }, 'shot.done')
        : undefined
    case 'verify':
      return move(
        ['landed'],
        {
          state: event.state,
          verifiedAt: event.state === 'verified' ? now : undefined,
          detail: event.detail,
        },
        `shot.${event.state}`,
      )
  }
}

function auditOf(shot: ShotRow, verb: string, now: number, set: Record<string, unknown>): AuditDraft {
  const { actionId, clusterId, stepKind, write } = shot
  const { state, lane, detail, stopReason, attempts } = set
  return {
    at: now,
    actor: 'holdfast',
    verb,
    subject: `action/${actionId}`,
    detail: {
      shot: shot.id,
      clusterId,
      stepKind,
      method: write.method,
      path: write.path,
      state,
      lane,
      stopReason,
      attempts,
      detail,
    },
  }
}
