import { describe, expect, it } from 'vitest'
import { TELEMETRY } from '../../lib/simulator/fleet/telemetry'
import type { ModelCluster, Region, ScenarioName } from '../../lib/simulator/model/types'
import { IncidentFigures } from '../replay/incident-figures'
import { Replay } from '../replay/replay'
import { Responder } from '../replay/responder'
import { TruthFigures } from '../replay/truth-figures'

/** Faults strike at second 900 of their scenarios. */
const STRUCK_AT = 900

/** Four clusters of the region that is struck and four of others, of all sizes. */
const fewAround =
  (region: Region) =>
  (model: ModelCluster, index: number): boolean =>
    model.region === region ? index % 60 < 6 : index % 60 === 30

async function replayFault(scenario: ScenarioName, include: (model: ModelCluster, index: number) => boolean) {
  const replay = new Replay({ scenario, seed: 1, include })
  const struck = new Set<string>()
  const named = new Set<string>()
  const before = new Set<string>()
  await replay.run(STRUCK_AT + 240, second => {
    for (const { cluster, verdict } of replay.watch.records.values()) {
      if (verdict.state === 'Healthy' || verdict.state === 'Unknown') continue
      if (second <= STRUCK_AT) before.add(cluster.id)
      else struck.add(cluster.id)
    }
    for (const { name } of replay.watch.suspects.suspects) named.add(name)
    return true
  })
  const records = [...replay.watch.records.values()]
  const fuses = replay.watch.fuses.fuses(replay.clock.now())
  await replay.stop()
  expect([...before]).toEqual([])
  const inRegion = (region: Region) =>
    replay.models.filter(model => model.region === region).map(({ name }) => name)
  return { records, fuses, struck, named, inRegion }
}

describe('an incident from the roll-out to the recovery', { timeout: 120_000 }, () => {
  it('small-fleet: names the cause before the largest cluster is lost, removes it, and all are well again', async () => {
    const replay: Replay = new Replay(
      { scenario: 'small-fleet', seed: 1 },
      { onShot: shot => figures.noteShot(shot) },
    )
    const figures = new IncidentFigures(replay)
    const truth = new TruthFigures(replay.models)
    const responder = new Responder(replay, 60)
    const largest = [...replay.models].sort((a, b) => b.nodes - a.nodes)[0] as ModelCluster
    let lostAt: number | undefined
    await replay.run(3_600, second => {
      responder.look(second)
      truth.look(second)
      if (largest.apiLostAt !== undefined) lostAt ??= second
      return !(figures.look(second) && second > (figures.stations.lastAppliedAt ?? 0) + 300)
    })
    await replay.stop()
    const { stations } = figures

    expect(figures.falseVerdicts).toEqual([])
    expect([...figures.wrongSuspects]).toEqual([])
    expect(stations.firstNamedAt).toBeLessThan(lostAt ?? Number.POSITIVE_INFINITY)
    expect(stations.namedAt).toBeDefined()
    expect([...figures.everSick]).toEqual([largest.name])

    expect(responder.deeds.filter(({ what }) => what === 'failed')).toEqual([])
    expect(responder.deeds[0]?.detail).toBe(TELEMETRY.name)
    expect(stations.firstLandedAt).toBeGreaterThan(stations.namedAt ?? Number.POSITIVE_INFINITY)
    expect(stations.allRecoveredAt).toBeGreaterThan(stations.firstLandedAt ?? Number.POSITIVE_INFINITY)
    expect(replay.models.filter(({ agents }) => agents >= 1).map(({ name }) => name)).toEqual([])
    expect(figures.landedBy(largest.name)).toMatch(/^(exempt|direct)/)
  })
})

describe('what must not be taken for something else', { timeout: 120_000 }, () => {
  it('calm: half an hour of ordinary roll-outs, no false verdict and no suspect', async () => {
    const replay = new Replay({ scenario: 'calm', seed: 1, include: (_, index) => index % 20 === 7 })
    const figures = new IncidentFigures(replay)
    const named = new Set<string>()
    let judged = 0
    await replay.run(1_800, second => {
      figures.look(second)
      for (const { name } of replay.watch.suspects.suspects) named.add(name)
      judged = [...replay.watch.records.values()].filter(({ verdict }) => verdict.state === 'Healthy').length
      return true
    })
    await replay.stop()
    expect(judged).toBe(12)
    expect(figures.falseVerdicts).toEqual([])
    expect([...named]).toEqual([])
    // The roll-outs were there to be blamed.
    const changed = [...replay.watch.records.values()].filter(({ changes }) =>
      changes.some(({ at }) => at > replay.simulated.startAt),
    )
    expect(changed).toHaveLength(12)
  })

  it('etcd-slow: storage of one region, and nothing that was rolled out', async () => {
    const { records, struck, named, inRegion } = await replayFault('etcd-slow', fewAround('us-west'))
    expect([...struck].sort()).toEqual(inRegion('us-west').sort())
    expect([...named]).toEqual([])
    const causes = records.flatMap(({ cluster, verdict }) => (struck.has(cluster.id) ? verdict.cause : []))
    expect(new Set(causes)).toEqual(new Set(['etcd']))
  })

  it('webhook-down: a webhook where one fails, and nothing that was rolled out', async () => {
    const include = (_: ModelCluster, index: number) => index % 48 < 2
    const { records, struck, named } = await replayFault('webhook-down', include)
    const down = records.filter(({ cluster }) => struck.has(cluster.id))
    expect(down).toHaveLength(2)
    expect(down.map(({ verdict }) => verdict.cause)).toEqual(['webhook', 'webhook'])
    expect([...named]).toEqual([])
  })

  it('dns-only: control planes stay well while data planes burn', async () => {
    const { fuses, struck, named, inRegion } = await replayFault('dns-only', fewAround('eu-west'))
    expect([...struck]).toEqual([])
    expect([...named]).toEqual([])
    const burning = fuses.flatMap(({ clusterId, state }) => (state === 'Fresh' ? [] : clusterId))
    expect(burning.sort()).toEqual(inRegion('eu-west').sort())
  })

  it('one-zone: the address that is gone, and nothing that was rolled out', async () => {
    const { records, struck, named, inRegion } = await replayFault('one-zone', fewAround('us-central'))
    expect([...struck].sort()).toEqual(inRegion('us-central').sort())
    expect([...named]).toEqual([])
    for (const { cluster, verdict } of records) {
      const lost = verdict.reasons.some(({ code }) => code === 'zone.lost')
      expect(lost).toBe(struck.has(cluster.id))
    }
  })
})
