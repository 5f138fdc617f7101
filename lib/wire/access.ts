import { z } from 'zod'

export const role = z.enum(['viewer', 'responder', 'commander', 'administrator'])

/** `GET /api/v1/session`: who is signed in. */
export const sessionDto = z.object({
  name: z.string(),
  role,
  /** Sent back as `x-holdfast-csrf` with every write from a browser. */
  csrfToken: z.string(),
})
export type SessionDto = z.infer<typeof sessionDto>

/** `POST /api/v1/session`: the token of a one-time link. */
export const signInPost = z.strictObject({ token: z.string().min(1).max(200) })

/** `POST /api/v1/simulation`: speed, pause, restart. Only while the fleet is simulated. */
export const simulationPost = z.strictObject({
  speed: z.number().min(1).max(120).optional(),
  paused: z.boolean().optional(),
  restart: z
    .strictObject({
      scenario: z.string().max(63),
      seed: z
        .number()
        .int()
        .min(0)
        .max(2 ** 31),
    })
    .optional(),
})
export type SimulationPost = z.infer<typeof simulationPost>
