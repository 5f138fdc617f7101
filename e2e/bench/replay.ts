import { spawn } from 'node:child_process'
import { performance } from 'node:perf_hooks'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { SCENARIO_NAMES, SimulatedFleet } from '../../lib/simulator/fleet/fleet'
import { secondAt } from '../../lib/simulator/model/scenario-time'
import type { ScenarioName } from '../../lib/simulator/model/types'
import { IncidentFigures } from '../replay/incident-figures'
import { Replay } from '../replay/replay'
import { Responder } from '../replay/responder'
import { TruthFigures } from '../replay/truth-figures'

const REACTION_SECONDS = 60
const HORIZON = { holdfast: '16:30', nothing: '16:00' }
/** How long a run goes on after the roll-out's last step: what it reaches last falls ill last. */
const AFTERMATH_SECONDS = 300

interface Run {
  scenario: ScenarioName
  seed: number
  until: string
}

/**
 * The incident of 2024-12-11 on a stepped clock. Arm `holdfast`: watched by the product's own rooms, with somebody
 * who removes what it names a minute later. Arm `nothing`: the same fleet with nobody; probing does not change the
 * model, so there is no need to watch it. No other hands in either.
 * Options: `--scenario NAME --seed N --until HH:MM --arm holdfast|nothing`.
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
  const { scenario: name, arm, until } = values
  const scenario = SCENARIO_NAMES.find(known => known === name)
  if (!scenario) throw new Error(`--scenario: one of ${SCENARIO_NAMES.join(', ')}`)
  if (arm !== undefined && !Object.hasOwn(HORIZON, arm)) throw new Error('--arm: holdfast or nothing')
  const common = { scenario, seed: Number(values.seed) }
  if (arm === 'holdfast') yield await withHoldfast({ ...common, until: until ?? HORIZON.holdfast })
  else if (arm === 'nothing') yield unattended({ ...common, until: until ?? HORIZON.nothing })
  else for (const one of Object.keys(HORIZON).map(name => startArm(name, args))) yield* await one
}

/** Each arm in a process of its own, side by side, with a young generation that fits what one second allocates. */
async function startArm(arm: string, args: string[]): Promise<Record<string, unknown>[]> {
  const [, main = ''] = process.argv
  const child = spawn(
    process.execPath,
    [...process.execArgv, '--max-semi-space-size=64', main, 'replay', ...args, '--arm', arm],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  const figures: Record<string, unknown>[] = []
  for await (const line of createInterface({ input: child.stdout })) figures.push(JSON.parse(line))
  const code = await ended
  if (code !== 0) throw new Error(`the arm "${arm}" failed (${code})`)
  return figures
}

async function withHoldfast({ scenario, seed, until }: Run): Promise<Record<string, unknown>> {
  const stopwatch = startStopwatch()
  const replay: Replay = new Replay({ scenario, seed }, shot => figures.noteShot(shot))
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
  const { traffic } = replay.client
  const seconds = replay.simulated.second
  const { cpuSeconds, wallSeconds } = stopwatch()
  const simulatorCpu = cpuSeconds * replay.meter.share
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
    probesAndWrites: traffic.requests,
    requestsPerClusterMinute: round(traffic.requests / clusterMinutes, 2),
    kilobytesPerClusterMinute: round(traffic.bytes / 1024 / clusterMinutes, 1),
    holdfastCpuSeconds: round(cpuSeconds - simulatorCpu, 1),
    simulatorCpuSeconds: round(simulatorCpu, 1),
    wallSeconds,
  }
}

function unattended({ scenario, seed, until }: Run): Record<string, unknown> {
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
