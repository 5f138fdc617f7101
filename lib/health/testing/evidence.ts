import type { ApiServerSample } from '../../metrics/types'
import type { Observation, ProbeName } from '../../probe/types'
import { judge } from '../judge'
import type { Verdict } from '../types'
import { ObservationWindow } from '../window'

export const START = Date.parse('2024-12-11T22:45:00Z')
const SECOND = 1000

type Reply = Partial<Observation> | undefined

/** What a probe would see at a time; undefined = it is not asked. */
export type Server = (probe: ProbeName, at: number) => Reply

const LANES: Partial<Record<ProbeName, string>> = { 'exempt-canary': 'exempt' }

export function observation(probe: ProbeName, at: number, reply: Partial<Observation> = {}): Observation {
  const answered = (reply.outcome ?? 'answer') === 'answer'
  return {
    clusterId: 'one',
    laneId: LANES[probe] ?? 'ordinary',
    probe,
    at,
    durationMs: 20,
    outcome: 'answer',
    status: answered ? 200 : 0,
    bytes: 700,
    detail: '',
    ...reply,
  }
}

export function sample(facts: Partial<ApiServerSample>): ApiServerSample {
  return {
    requestsByCode: {},
    listsByResource: {},
    priorityLevels: [],
    flowSchemas: [],
    objectsByResource: {},
    webhooks: [],
    scannedBytes: 1,
    keptSeries: 1,
    seenSeries: 1,
    ...facts,
  }
}

/** A calm API server's counters `seconds` after it started: 50 requests a second of 10 ms each. */
export function calmSample(
  at: number,
  startedAt = START - 3_600_000,
  facts: Partial<ApiServerSample> = {},
): ApiServerSample {
  const t = (at - startedAt) / SECOND
  return sample({
    processStartAt: startedAt,
    cpuSecondsTotal: 0.5 * t,
    residentBytes: 1.5e9,
    requestsByCode: { '200': Math.round(50 * t) },
    listsByResource: { pods: Math.round(0.2 * t) },
    inflightReadOnly: 2,
    inflightMutating: 1,
    etcdRequests: { count: Math.round(20 * t), sumSeconds: 0.1 * t },
    requestDuration: { le: [1, Number.POSITIVE_INFINITY], cumulative: [1, 1], sumSeconds: 0.5 * t },
    priorityLevels: [
      {
        name: 'workload-low',
        limitSeats: 245,
        executingSeats: 5,
        inqueueRequests: 0,
        dispatchedTotal: Math.round(30 * t),
      },
    ],
    ...facts,
  })
}

const calm: Server = (probe, at) => (probe === 'metrics' ? { sample: calmSample(at) } : {})

/** Plays probes against a server at their usual pace and judges after each second; time goes on over calls. */
export class Watch {
  readonly window = new ObservationWindow()
  now = START
  verdict: Verdict | undefined
  /** Each state with the time when the verdict first said so. */
  readonly states: [string, number][] = []
  canaryEverySeconds = 5

  /** `seconds` of this server; what it does not define is calm. */
  play(seconds: number, server: Server = calm): Verdict {
    const until = this.now + seconds * SECOND
    const pending: Observation[] = []
    for (; this.now < until; this.now += SECOND) {
      const second = Math.round((this.now - START) / SECOND)
      for (const probe of this.#due(second)) {
        const reply = server(probe, this.now)
        if (reply) pending.push(observation(probe, this.now, reply))
      }
      for (const o of [...pending])
        if (o.at + o.durationMs <= this.now + SECOND) {
          this.window.append(o)
          pending.splice(pending.indexOf(o), 1)
        }
      this.#judge(this.now + SECOND)
    }
    return this.verdict as Verdict
  }

  get path(): string[] {
    return this.states.map(([state]) => state)
  }

  #judge(now: number): void {
    this.verdict = judge(this.window, now, this.verdict)
    if (this.states.at(-1)?.[0] !== this.verdict.state) this.states.push([this.verdict.state, now])
  }

  #due(second: number): ProbeName[] {
    const due: ProbeName[] = []
    if (second % this.canaryEverySeconds === 0) due.push('canary')
    if (second % 15 === 3) due.push('readyz')
    if (second % 15 === 8) due.push('livez')
    if (second % 15 === 11) due.push('exempt-canary')
    if (second % 45 === 7) due.push('metrics')
    return due
  }
}

export const codes = (verdict: Verdict) => verdict.reasons.map(reason => reason.code)
export const textOf = (verdict: Verdict, code: string) =>
  verdict.reasons.find(reason => reason.code === code)?.text

/** The calm server, but for the probes named. */
export const but =
  (changes: Partial<Record<ProbeName, (at: number) => Partial<Observation> | undefined>>): Server =>
  (probe, at) => {
    const change = changes[probe]
    if (change) return change(at)
    return probe === 'metrics' ? { sample: calmSample(at) } : {}
  }

export const rejected = () => ({ status: 429, durationMs: 5 })
export const refused = () => ({ outcome: 'refused' as const, durationMs: 1 })
export const allRefused: Server = () => refused()
