import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isOpen, nextShot, type ShotEvent } from './shot-machine'
import type { ShotRow } from './store'
import type { ShotState } from './types'

const STATES: ShotState[] = [
  'waiting',
  'armed',
  'trying',
  'draining',
  'landed',
  'verified',
  'unverified',
  'superseded',
  'refused',
  'expired',
  'aborted',
]

/** Every transition there is; whatever is not here must not happen. */
const ALLOWED: Record<ShotState, ShotState[]> = {
  waiting: ['armed', 'landed', 'superseded', 'refused', 'expired', 'aborted'],
  armed: ['expired', 'aborted'],
  trying: ['landed', 'superseded', 'refused', 'draining'],
  draining: ['landed', 'superseded', 'refused', 'expired', 'aborted'],
  landed: ['verified', 'unverified'],
  verified: [],
  unverified: [],
  superseded: [],
  refused: [],
  expired: [],
  aborted: [],
}

function shotIn(state: ShotState): ShotRow {
  return {
    id: 's',
    actionId: 'a',
    clusterId: 'c',
    step: 0,
    stepKind: 'delete-workload',
    wave: 0,
    state,
    write: { method: 'DELETE', path: '/x', guard: 'uid' },
    token: 3,
    fuseAt: 0,
    expiresAt: 0,
    attempts: 2,
    lastAttempts: [],
    detail: '',
    updatedAt: 0,
    stopReason: 'expired',
  }
}

const event: fc.Arbitrary<ShotEvent> = fc.oneof(
  fc.constant({ type: 'arm' } as const),
  fc
    .constantFrom('landed', 'superseded', 'refused')
    .map(state => ({ type: 'end', state, token: 3, detail: '' }) as const),
  fc.constantFrom('aborted', 'expired', 'frozen').map(reason => ({ type: 'stop', reason }) as const),
  fc
    .constantFrom('in-effect', 'not-in-effect', 'other-object')
    .map(found => ({ type: 'settle', found, token: 3, detail: '' }) as const),
  fc.constant({ type: 'not-needed', detail: '' } as const),
  fc.constantFrom('superseded', 'refused').map(state => ({ type: 'give-up', state, detail: '' }) as const),
  fc.constant({ type: 'done' } as const),
  fc.constantFrom('verified', 'unverified').map(state => ({ type: 'verify', state, detail: '' }) as const),
)

describe('the shot’s state machine', () => {
  it('makes no transition but those it names', () => {
    fc.assert(
      fc.property(fc.constantFrom(...STATES), event, (state, given) => {
        const change = nextShot(shotIn(state), given, 100)
        if (!change) return
        expect(change.from).toEqual([state])
        if (change.set.state !== undefined) expect(ALLOWED[state]).toContain(change.set.state)
      }),
    )
  })

  it('never leaves an end, whatever happens', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<ShotState>('superseded', 'refused', 'expired', 'aborted'),
        event,
        (state, given) => {
          expect(nextShot(shotIn(state), given, 100)).toBeUndefined()
        },
      ),
    )
  })

  it('is fenced by the token wherever the owner writes', () => {
    expect(nextShot(shotIn('trying'), { type: 'end', state: 'landed', token: 3, detail: '' }, 1)?.token).toBe(
      3,
    )
    expect(
      nextShot(shotIn('draining'), { type: 'settle', found: 'in-effect', token: 3, detail: '' }, 1)?.token,
    ).toBe(3)
  })

  it('says aborted only when it was stopped by a person, expired when the approval ended', () => {
    const settle = { type: 'settle', found: 'not-in-effect', token: 3, detail: '' } as const
    expect(nextShot(shotIn('draining'), settle, 1)?.set.state).toBe('expired')
    expect(nextShot({ ...shotIn('draining'), stopReason: 'frozen' }, settle, 1)?.set.state).toBe('aborted')
  })

  it('carries the attempts on the next write, and tells the audit what happened', () => {
    const soFar = { attempts: 7, lastAttempts: [] }
    const change = nextShot(
      shotIn('trying'),
      { type: 'end', state: 'landed', token: 3, lane: 'exempt', detail: 'ok' },
      5,
      soFar,
    )
    expect(change?.set).toMatchObject({ attempts: 7, landedAt: 5, lane: 'exempt' })
    expect(change?.audit).toMatchObject({
      verb: 'shot.landed',
      detail: { clusterId: 'c', attempts: 7, path: '/x' },
    })
  })

  it('counts only what may still be sent or take effect as open', () => {
    expect(STATES.filter(isOpen)).toEqual(['waiting', 'armed', 'trying', 'draining'])
  })
})
