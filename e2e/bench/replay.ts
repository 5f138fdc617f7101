import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { SCENARIO_NAMES } from '../../lib/simulator/fleet/fleet'
import { secondAt } from '../../lib/simulator/model/scenario-time'
import type { ScenarioName } from '../../lib/simulator/model/types'
import { IncidentFigures } from '../replay/incident-figures'
import { Replay } from '../replay/replay'
import { Responder } from '../replay/responder'

const REACTION_SECONDS = 60
const HORIZON = { holdfast: '16:30', nothing: '16:00' }

type Arm = keyof typeof HORIZON

/**
 * The incident of 2024-12-11 on a stepped clock, watched by Holdfast: once with somebody who removes what it names a
 * minute later, once with nobody. Options: `--scenario NAME --seed N --until HH:MM --arm holdfast|nothing`.
 */
export async function* run(args: string[]): AsyncGenerator<Record<string, unknown>> {
  const { values } = parseArgs({
    args,
    options: {
      scenario: { type: 'string', default: 'dec-11' },
      seed: { type: 'string', default: '1' },
      until: { type: 'string' },
      arm: { type: 'string' },
    },
  })
  const scenario = SCENARIO_NAMES.find(name => name === values.scenario)
  if (!scenario) throw new Error(`--scenario: one of ${SCENARIO_NAMES.join(', ')}`)
  const arms = (['holdfast', 'nothing'] as const).filter(
    arm => values.arm === undefined || arm === values.arm,
  )
  if (arms.length === 0) throw new Error('--arm: holdfast or nothing')
  for (const arm of arms) yield await runArm(arm, scenario, Number(values.seed), values.until ?? HORIZON[arm])
}

async function runArm(arm: Arm, scenario: ScenarioName, seed: number, until: string) {
  const startedAt = performance.now()
  const cpuBefore = process.cpuUsage()
  const replay: Replay = new Replay({ scenario, seed }, shot => figures.noteShot(shot))
  const figures = new IncidentFigures(replay)
  const responder = arm === 'holdfast' ? new Responder(replay, REACTION_SECONDS) : undefined
  const toSecond = secondOf(until)
  await replay.run(toSecond, second => {
    responder?.look(second)
    return !figures.look(second) || (figures.stations.lastAppliedAt ?? 0) > second - 300
  })
  const ranSeconds = replay.simulated.second
  const { traffic } = replay.client
  await replay.stop()
  const cpu = process.cpuUsage(cpuBefore)
  const cpuSeconds = (cpu.user + cpu.system) / 1e6
  const { stations } = figures
  const origin = stations.firstAppliedAt
  const since = (second: number | undefined) =>
    second === undefined || origin === undefined ? null : round(second - origin, 1)
  const clusterMinutes = (replay.models.length * ranSeconds) / 60
  return {
    scenario,
    seed,
    arm,
    horizon: until,
    clusters: replay.models.length,
    simulatedSeconds: ranSeconds,
    firstAppliedAtSecond: origin ?? null,
    falseVerdictsBefore: figures.falseVerdicts.length,
    falseVerdicts: figures.falseVerdicts.slice(0, 5),
    secondsToFirstSick: since(stations.firstSickAt),
    secondsToFirstNamed: since(stations.firstNamedAt),
    secondsToNamedWhileSick: since(stations.namedAt),
    reachedWhenNamed: stations.reachedWhenNamed === undefined ? null : round(stations.reachedWhenNamed, 3),
    wrongSuspectSeconds: Object.fromEntries(figures.wrongSuspects),
    secondsToFirstLanded: since(stations.firstLandedAt),
    firstLandedBy: stations.firstLandedBy ?? null,
    secondsToHalfRecovered: since(stations.halfRecoveredAt),
    secondsToAllRecovered: since(stations.allRecoveredAt),
    notReachedBy: stations.allRecoveredAt === undefined ? until : null,
    everSick: figures.everSick.size,
    deeds: responder?.deeds ?? [],
    worstFailingShare: round(figures.worstFailingShare, 4),
    secondsToWorst: since(figures.worstFailingAt),
    probes: traffic.requests,
    requestsPerClusterMinute: round(traffic.requests / clusterMinutes, 2),
    kilobytesPerClusterMinute: round(traffic.bytes / 1024 / clusterMinutes, 1),
    holdfastCpuSeconds: round(cpuSeconds - replay.meter.seconds, 1),
    simulatorSeconds: round(replay.meter.seconds, 1),
    wallSeconds: round((performance.now() - startedAt) / 1000, 1),
  }
}

function secondOf(time: string): number {
  const [, hours, minutes] = /^(\d\d):(\d\d)$/.exec(time) ?? []
  const second = secondAt(Number(hours), Number(minutes))
  if (!(second > 0)) throw new Error('--until: a time after 14:45, like 15:30')
  return second
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}
