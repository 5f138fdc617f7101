import { setTimeout as sleep } from 'node:timers/promises'
import type { Api } from '../controlplane/api'
import { untilCollectorsReady } from '../controlplane/seed'
import type { Contestant } from './contestant'
import { type Laboratory, saveService } from './laboratory'
import { canaryPath, type Sample, sampleOnce, spreadOf } from './latency'
import type { Load } from './start-load'
import { watchWrites } from './watch-writes'

const healthySeconds = 1
const healthyInARow = 3
/** Locked out: this many ordinary GETs in a row took so long or failed, while an exempt one is served. */
const lockedOutInARow = 4
const lockedOutSeconds = 5
const lockOutWithinMs = 180_000
const canaryTimeoutMs = 10_000
const canaryPauseMs = 100

export interface RaceOptions {
  laboratory: Laboratory
  nodes: number
  /** Starts the agents of the telemetry service. */
  startAgents(): Promise<Load>
  /** A contestant that has not made the canary healthy by then has lost. */
  giveUpSeconds: number
}

/** One contestant on the locked-out server, from a healthy cluster to a healthy cluster. */
export async function raceOne(
  options: RaceOptions,
  contestant: Contestant,
): Promise<Record<string, unknown>> {
  const { laboratory, nodes } = options
  const exempt = laboratory.client('break-glass', 4)
  const ending = new AbortController()
  let load: Load | undefined
  let canary: Canary | undefined
  const service = await saveService(exempt)
  const end = () => contestant.cleanUp()
  laboratory.beforeStop.add(end)
  try {
    await contestant.prepare()
    load = await options.startAgents()
    canary = new Canary(laboratory.client('ordinary'))
    const lockedOut = await untilLockedOut(canary, exempt, load)
    const writes = await watchWrites(exempt, ending.signal)
    const startedAt = performance.now()
    let failure: string | undefined
    const acting = contestant.act(ending.signal).catch((error: Error) => {
      failure = error.message
    })
    const firstWriteAt = () => least(writes.deletedAt, writes.revokedAt, writes.mutedAt)
    let healthyAt: number | undefined
    while (healthyAt === undefined && performance.now() - startedAt < options.giveUpSeconds * 1000) {
      await sleep(20)
      const since = firstWriteAt()
      healthyAt = since === undefined ? undefined : canary.healthyAfter(since)
      if (failure !== undefined) break
    }
    const { attempts, requests } = await contestant.effort()
    const endedAt = performance.now()
    ending.abort()
    await acting
    const since = (at: number | undefined) => (at === undefined ? null : round((at - startedAt) / 1000))
    return {
      contestant: contestant.name,
      lockedOut,
      secondsToFirstWrite: since(firstWriteAt()),
      secondsToDelete: since(writes.deletedAt),
      secondsToHealthy: since(healthyAt),
      secondsFromFirstWriteToHealthy:
        healthyAt === undefined ? null : round((healthyAt - (firstWriteAt() ?? healthyAt)) / 1000),
      attempts,
      requests,
      requestsPerSecond: round(requests / (((healthyAt ?? endedAt) - startedAt) / 1000)),
      gaveUpAfterSeconds: healthyAt === undefined ? options.giveUpSeconds : undefined,
      failure,
    }
  } finally {
    ending.abort()
    laboratory.beforeStop.delete(end)
    await end()
    await load?.stop()
    await canary?.stop()
    await service.restore()
    await untilCollectorsReady(exempt, nodes, 60_000 + nodes * 400)
    await exempt.close()
  }
}

async function untilLockedOut(canary: Canary, exempt: Api, load: Load): Promise<Record<string, unknown>> {
  const until = performance.now() + lockOutWithinMs
  const exemptSamples: Sample[] = []
  while (performance.now() < until) {
    await sleep(500)
    exemptSamples.push(await sampleOnce(exempt, canaryPath, canaryTimeoutMs))
    const served = exemptSamples.slice(-lockedOutInARow).every(isHealthy)
    if (canary.isLockedOut() && served) {
      const { agents, asking, outcomes } = load.latest()
      return {
        ordinary: spreadOf(canary.latest(lockedOutInARow)),
        exempt: spreadOf(exemptSamples.slice(-lockedOutInARow * 2)),
        agents,
        asking,
        lists: { ...outcomes },
      }
    }
  }
  const { ordinary, lists } = { ordinary: spreadOf(canary.latest(20)), lists: load.latest().outcomes }
  throw new Error(
    `no lock-out within ${lockOutWithinMs / 1000} s: ordinary ${JSON.stringify(ordinary)}, lists ${JSON.stringify(lists)}`,
  )
}

const isHealthy = ({ status, seconds }: Sample) => status === 200 && seconds < healthySeconds

/** The ordinary caller by which a cluster is judged: one small GET after another. */
class Canary {
  private readonly samples: Sample[] = []
  private readonly ending = new AbortController()
  private readonly loop: Promise<void>

  constructor(private readonly api: Api) {
    this.loop = this.run()
  }

  latest(count: number): Sample[] {
    return this.samples.slice(-count)
  }

  isLockedOut(): boolean {
    const last = this.latest(lockedOutInARow)
    return (
      last.length === lockedOutInARow &&
      last.every(({ status, seconds }) => status !== 200 || seconds >= lockedOutSeconds)
    )
  }

  /** When the last of three good answers in a row was there, all of them after `since`. */
  healthyAfter(since: number): number | undefined {
    let row = 0
    for (const sample of this.samples) {
      const endedAt = sample.at + sample.seconds * 1000
      row = isHealthy(sample) && endedAt > since ? row + 1 : 0
      if (row === healthyInARow) return endedAt
    }
    return undefined
  }

  async stop(): Promise<void> {
    this.ending.abort()
    await this.api.close()
    await this.loop
  }

  private async run(): Promise<void> {
    while (!this.ending.signal.aborted) {
      this.samples.push(await sampleOnce(this.api, canaryPath, canaryTimeoutMs))
      await sleep(canaryPauseMs)
    }
  }
}

function least(...values: (number | undefined)[]): number | undefined {
  const known = values.filter(value => value !== undefined)
  return known.length > 0 ? Math.min(...known) : undefined
}

const round = (value: number) => Number(value.toFixed(3))
