import { performance } from 'node:perf_hooks'
import { isMainThread, parentPort } from 'node:worker_threads'
import { SimulatedFleet } from '../../lib/simulator/fleet/fleet'
import { secondAt } from '../../lib/simulator/model/scenario-time'
import type { ScenarioName } from '../../lib/simulator/model/types'
import { IncidentFigures } from './incident-figures'
import { Replay } from './replay'
import { Responder } from './responder'
import { SecondField } from './second-field'
import { serveField } from './serve-field'
import { TruthFigures } from './truth-figures'

/** One arm of the replay bench, given to this program as JSON in its only argument. */
export interface ArmRun {
  arm: 'holdfast' | 'nothing'
  scenario: ScenarioName
  seed: number
  /** HH:MM of the scenario's day. */
  until: string
}

const REACTION_SECONDS = 60
/** How long a run goes on after the roll-out's last step: what it reaches last falls ill last. */
const AFTERMATH_SECONDS = 300

/** Watched by the product's own rooms, with somebody who removes what it names a minute later. */
async function withHoldfast(run: ArmRun): Promise<Record<string, unknown>> {
  const { scenario, seed, until } = run
  const stopwatch = startStopwatch()
  const replay: Replay = new Replay(
    { scenario, seed },
    {
      onShot: shot => figures.noteShot(shot),
      createSecondField: clock => new SecondField(clock, process.argv[1] ?? '', [JSON.stringify(run)]),
    },
  )
  const figures = new IncidentFigures(replay)
  const truth = new TruthFigures(replay.models)
  const responder = new Responder(replay, REACTION_SECONDS)
  const { stations } = figures
  await replay.run(secondOf(until), second => {
    responder.look(second)
    truth.look(second)
    const recovered = figures.look(second)
    return !(recovered && second > (stations.lastAppliedAt ?? 0) + AFTERMATH_SECONDS)
  })
  const { requests, bytes, simulatorMs } = replay.totals
  const seconds = replay.simulated.second
  const { cpuSeconds, wallSeconds } = stopwatch()
  await replay.stop()
  const origin = stations.firstAppliedAt
  const clusterMinutes = (replay.models.length * seconds) / 60
  return {
    arm: 'holdfast',
    scenario,
    seed,
    clusters: replay.models.length,
    horizon: until,
    simulatedSeconds: seconds,
    falseVerdictsBefore: figures.falseVerdicts.length,
    falseVerdicts: figures.falseVerdicts.slice(0, 5),
    wrongSuspectSeconds: Object.fromEntries(figures.wrongSuspects),
    secondsToFirstNamed: since(origin, stations.firstNamedAt),
    secondsToFirstSick: since(origin, stations.firstSickAt),
    secondsToNamedWhileSick: since(origin, stations.namedAt),
    reachedWhenFirstNamed: round(stations.reachedWhenFirstNamed, 3),
    reachedWhenNamedWhileSick: round(stations.reachedWhenNamed, 3),
    secondsToDecision: since(origin, responder.deeds[0]?.second),
    clustersOfFirstRemoval: responder.deeds[0]?.clusters ?? null,
    failedDeeds: responder.deeds.filter(({ what }) => what === 'failed'),
    secondsToFirstLanded: since(origin, stations.firstLandedAt),
    firstLandedBy: stations.firstLandedBy ?? null,
    sickClusters: figures.everSick.size,
    secondsToHalfRecovered: since(origin, stations.halfRecoveredAt),
    secondsToAllRecovered: since(origin, stations.allRecoveredAt),
    notRecoveredBy: stations.allRecoveredAt === undefined ? until : null,
    stillUnwell: stations.allRecoveredAt === undefined ? figures.unwell().slice(0, 8) : [],
    ...truthOf(truth, origin),
    probesAndWrites: requests,
    requestsPerClusterMinute: round(requests / clusterMinutes, 2),
    kilobytesPerClusterMinute: round(bytes / 1024 / clusterMinutes, 1),
    holdfastCpuSeconds: round(cpuSeconds - simulatorMs / 1000, 1),
    simulatorCpuSeconds: round(simulatorMs / 1000, 1),
    wallSeconds,
  }
}

/** The same fleet with nobody. Probing does not change the model, so there is no need to watch it. */
function unattended({ scenario, seed, until }: ArmRun): Record<string, unknown> {
  const stopwatch = startStopwatch()
  const fleet = new SimulatedFleet({ scenario, seed, hands: 'none' })
  const models = [...fleet.clusters.values()].map(({ model }) => model)
  const truth = new TruthFigures(models)
  const toSecond = secondOf(until)
  while (fleet.second < toSecond) {
    fleet.advance(fleet.second + 1)
    truth.look(fleet.second)
  }
  const { cpuSeconds, wallSeconds } = stopwatch()
  return {
    arm: 'nothing',
    scenario,
    seed,
    clusters: models.length,
    horizon: until,
    simulatedSeconds: fleet.second,
    ...truthOf(truth, fleet.events.find(({ kind }) => kind === 'apply-workload')?.second),
    stillLost: models.filter(({ apiLostAt }) => apiLostAt !== undefined).length,
    simulatorCpuSeconds: round(cpuSeconds, 1),
    wallSeconds,
  }
}

function truthOf(truth: TruthFigures, origin: number | undefined) {
  return {
    worstFailingShare: round(truth.worstFailingShare, 4),
    secondsToWorst: truth.worstFailingShare > 0 ? since(origin, truth.worstAt) : null,
    trulyLostApi: truth.lostApi.size,
    trulyLostDns: truth.lostDns.size,
  }
}

function startStopwatch() {
  const startedAt = performance.now()
  const before = process.cpuUsage()
  return () => {
    const { user, system } = process.cpuUsage(before)
    return {
      cpuSeconds: (user + system) / 1e6,
      wallSeconds: round((performance.now() - startedAt) / 1000, 1),
    }
  }
}

/** Seconds from the first application of the workload; null when it did not come to it. */
function since(origin: number | undefined, second: number | undefined): number | null {
  return second === undefined || origin === undefined ? null : round(second - origin, 1)
}

function secondOf(time: string): number {
  const [, hours, minutes] = /^(\d\d):(\d\d)$/.exec(time) ?? []
  const second = secondAt(Number(hours), Number(minutes))
  if (!(second > 0)) throw new Error('--until: a time after 14:45, like 15:30')
  return second
}

function round<T extends number | undefined>(
  value: T,
  digits: number,
): T extends number ? number : number | null
function round(value: number | undefined, digits: number): number | null {
  return value === undefined ? null : Number(value.toFixed(digits))
}

const run: ArmRun = JSON.parse(process.argv[2] ?? '')
if (isMainThread) {
  const figures = run.arm === 'holdfast' ? await withHoldfast(run) : unattended(run)
  process.stdout.write(`${JSON.stringify(figures)}\n`, () => process.exit(0))
} else if (parentPort) serveField(run, parentPort)
