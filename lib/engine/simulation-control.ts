import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { ScaledClock } from '../clock/scaled-clock'
import { HoldfastError } from '../errors'
import type { SimulationPost } from '../wire/access'

const controlFile = z.object({ url: z.url(), token: z.string() })

const clockAnswer = z.object({
  wallAt: z.number(),
  simAt: z.number(),
  speed: z.number(),
  paused: z.boolean(),
  scenario: z.string(),
  seed: z.number(),
  lagMs: z.number(),
  /** New with every run of the simulated world. */
  runId: z.string(),
})
const scenarioList = z.object({ scenarios: z.array(z.object({ name: z.string() })) })
export type SimulatedClock = z.infer<typeof clockAnswer>

/** The simulated fleet's time, followed over its control address; nothing else of it is known here. */
export class SimulationControl {
  readonly clock: ScaledClock
  #state: SimulatedClock

  private constructor(
    private readonly file: string,
    first: SimulatedClock,
    readonly scenarios: string[],
  ) {
    this.#state = first
    this.clock = new ScaledClock(first)
  }

  /** @throws HoldfastError `unavailable` when the control address does not answer */
  static async connect(file: string): Promise<SimulationControl> {
    const first = clockAnswer.parse(await call(file, 'GET', '/clock'))
    const { scenarios } = scenarioList.parse(await call(file, 'GET', '/scenarios'))
    return new SimulationControl(
      file,
      first,
      scenarios.map(({ name }) => name),
    )
  }

  get state(): SimulatedClock {
    return this.#state
  }

  /** Reads the anchor again; true when another run has begun. Failure leaves the clock running as it was. */
  async refresh(): Promise<boolean> {
    const next = clockAnswer.parse(await call(this.file, 'GET', '/clock'))
    return this.#follow(next)
  }

  /** @returns true when another run has begun */
  async change({ restart, ...pace }: SimulationPost): Promise<boolean> {
    if (restart) await call(this.file, 'POST', '/restart', { ...restart, speed: pace.speed })
    else await call(this.file, 'POST', '/clock', pace)
    return this.refresh()
  }

  #follow(next: SimulatedClock): boolean {
    const before = this.#state
    const isNewRun = next.runId !== before.runId
    // Re-anchoring wakes every sleeper: only do so when time really runs differently than we reckon.
    const drift = Math.abs(
      next.simAt + (Date.now() - next.wallAt) * (next.paused ? 0 : next.speed) - this.clock.now(),
    )
    if (isNewRun || next.paused !== before.paused || next.speed !== before.speed || drift > 200 * next.speed)
      this.clock.setAnchor(next)
    this.#state = next
    return isNewRun
  }
}

async function call(file: string, method: string, path: string, body?: unknown): Promise<unknown> {
  try {
    const { url, token } = controlFile.parse(JSON.parse(await readFile(file, 'utf8')))
    const response = await fetch(new URL(path, url), {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(10_000),
    })
    if (!response.ok)
      throw new HoldfastError(
        'invalid-input',
        `The simulated fleet refused: ${(await response.text()).slice(0, 300)}`,
      )
    return await response.json()
  } catch (cause) {
    if (cause instanceof HoldfastError) throw cause
    throw new HoldfastError('unavailable', 'The simulated fleet does not answer at its control address.', {
      hint: 'It starts again by itself in a moment; if not, restart Holdfast.',
      cause,
    })
  }
}
