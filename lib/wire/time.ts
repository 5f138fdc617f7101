import { z } from 'zod'

/** ISO 8601 UTC. */
export const isoTime = z.iso.datetime()

/** Lets the browser run the same clock as the server: at `wallAt` it was `at`, running at `speed`. */
export const clockDto = z.object({
  wallAt: isoTime,
  at: isoTime,
  speed: z.number().positive(),
  paused: z.boolean(),
})
export type ClockDto = z.infer<typeof clockDto>

/** Present only while the fleet is simulated. */
export const simulationDto = z.object({
  scenario: z.string(),
  seed: z.number().int(),
  speed: z.number(),
  paused: z.boolean(),
  /** How far Holdfast is behind the simulated time; above 2,000 the UI says so. */
  lagMs: z.number(),
  scenarios: z.array(z.string()),
})
export type SimulationDto = z.infer<typeof simulationDto>
