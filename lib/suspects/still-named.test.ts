import { describe, expect, it } from 'vitest'
import { mergeRollOuts } from './merge-roll-outs'
import { rankSuspects } from './rank-suspects'
import { scoreRollOut } from './score-roll-out'
import { viewFleet } from './standing'
import { calmFleet, HOUR, MINUTE, rollOutOver, T0 } from './testing/synthetic-fleet'

/** What is enough to be named, and to stay named: a lead in the dark, and a lead that wavers. */
const NAMED = 0.25
const STILL_NAMED = 0.12

const now = T0 + 3 * HOUR
const carriers = calmFleet().slice(0, 40)
const changes = rollOutOver(carriers, T0, 1_000)
const struck = new Set(carriers.map(({ clusterId }) => clusterId))

/** The later its carriers fell ill after the change, the weaker the evidence; nothing is known of their load. */
function afterDelay(delayMs: number) {
  const clusters = calmFleet().map(({ clusterId, nodes }) =>
    struck.has(clusterId)
      ? { clusterId, nodes, state: 'LockedOut' as const, distressSince: T0 + delayMs }
      : { clusterId, nodes, state: 'Healthy' as const },
  )
  const [rollOut] = mergeRollOuts(changes)
  if (!rollOut) throw new Error('no roll-out')
  const rank = (leaderBefore?: string) =>
    rankSuspects({ now, changes, clusters, leaderBefore }).suspects.length
  return {
    score: scoreRollOut(rollOut, viewFleet(clusters, now)).score,
    isNamed: rank() === 1,
    staysNamed: rank(rollOut.id) === 1,
    isNamedAfterAnother: rank('DaemonSet/observability/another@1') === 1,
  }
}

describe('a name', () => {
  const cases = Array.from({ length: 120 }, (_, minute) => afterDelay(minute * MINUTE))
  const between = (least: number, most: number) => cases.filter(({ score }) => score >= least && score < most)

  it('is given from one score on, and kept down to a lower one, by whoever led before and nobody else', () => {
    for (const { score, isNamed, staysNamed, isNamedAfterAnother } of cases) {
      expect({ score, isNamed }).toEqual({ score, isNamed: score >= NAMED })
      expect({ score, isNamedAfterAnother }).toEqual({ score, isNamedAfterAnother: score >= NAMED })
      expect({ score, staysNamed }).toEqual({ score, staysNamed: score >= STILL_NAMED })
    }
  })

  it('is tried close to both scores, so that neither can be moved unseen', () => {
    for (const border of [NAMED, STILL_NAMED]) {
      expect(between(border - 0.01, border).length).toBeGreaterThan(0)
      expect(between(border, border + 0.01).length).toBeGreaterThan(0)
    }
  })
})
