import { type APIRequestContext, expect } from '@playwright/test'
import type { SimulationPost } from '../lib/wire/access'
import { type ActionDto, actionDto } from '../lib/wire/actions'
import { type WarRoomDto, warRoomDto } from '../lib/wire/stream'

/** Simulated time after which a first suspicion no longer wavers. */
const SETTLED_MS = 4 * 60_000

/** The simulated run and the API, as a script of an administrator would use them. */
export class Operator {
  constructor(
    private readonly client: APIRequestContext,
    private readonly csrfToken: string,
  ) {}

  async room(): Promise<WarRoomDto> {
    return warRoomDto.parse(await (await this.client.get('/api/v1/war-room')).json())
  }

  async simulate(change: SimulationPost): Promise<void> {
    await this.#post('/api/v1/simulation', change)
  }

  /** Runs until at least so many fuses burn and the suspicion had time to settle, then stops the time there. */
  async pauseWhileBurning(fuses = 1): Promise<void> {
    await this.simulate({ paused: false })
    await expect
      .poll(
        async () => {
          const room = await this.room()
          const age = room.incident ? Date.parse(room.clock.at) - Date.parse(room.incident.since) : 0
          return room.fuses.burning >= fuses && age >= SETTLED_MS && room.suspects.suspects.length > 0
        },
        { timeout: 300_000, intervals: [250] },
      )
      .toBe(true)
    await this.simulate({ paused: true })
  }

  async planRemoval(): Promise<ActionDto> {
    const target = { kind: 'DaemonSet', namespace: 'observability', name: 'telemetry-collector' }
    return actionDto.parse(
      await this.#post('/api/v1/actions', { kind: 'remove-service', target, reason: '' }),
    )
  }

  async #post(path: string, data: unknown): Promise<unknown> {
    const answer = await this.client.post(path, { data, headers: { 'x-holdfast-csrf': this.csrfToken } })
    if (!answer.ok()) throw new Error(`${path}: ${await answer.text()}`)
    return answer.json()
  }
}
