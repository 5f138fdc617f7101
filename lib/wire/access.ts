import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/browser'
import { z } from 'zod'
import { isoTime } from './time'

export const role = z.enum(['viewer', 'responder', 'commander', 'administrator'])

/** How a session was opened. */
const method = z.enum(['link', 'password', 'passkey', 'oidc', 'break-glass'])

export const apiScope = z.enum([
  'read',
  'changes:write',
  'timeline:write',
  'actions:write',
  'simulation:write',
  'access:write',
])

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

const password = z.string().min(1).max(1_000)
const text = (most: number) => z.string().trim().min(1).max(most)

/** `POST /api/v1/session/password`: 401 with `where: code` asks for the second factor. */
export const passwordSignInPost = z.strictObject({
  login: text(200),
  password,
  code: z.string().max(20).optional(),
})

/** `POST /api/v1/session/break-glass` */
export const breakGlassPost = z.strictObject({
  code: text(80),
  /** Who it is, and why: it stands in the audit and is reviewed. */
  name: text(63),
  reason: text(500),
})

/** `POST /api/v1/invitation`: takes an invitation and sets the password. */
export const invitationPost = z.strictObject({ token: z.string().min(1).max(200), password })

export const personDto = z.object({
  id: z.string(),
  name: z.string(),
  login: z.string(),
  role,
  createdAt: isoTime,
  createdBy: z.string(),
  disabledAt: isoTime.nullable(),
  /** False while the invitation is not taken. */
  canSignIn: z.boolean(),
  hasPassword: z.boolean(),
  hasTotp: z.boolean(),
  passkeys: z.number().int(),
  isFederated: z.boolean(),
})
export type PersonDto = z.infer<typeof personDto>
export const peopleDto = z.object({ people: z.array(personDto) })

export const personPost = z.strictObject({ name: text(63), login: text(128), role })
export type PersonPost = z.infer<typeof personPost>

/** `POST /api/v1/people/{id}` */
export const personChangePost = z.strictObject({
  name: text(63).optional(),
  role: role.optional(),
  disabled: z.boolean().optional(),
})
export type PersonChangePost = z.infer<typeof personChangePost>

/** Shown once: whoever has the link sets the password. */
export const invitationDto = z.object({ personId: z.string(), path: z.string(), expiresAt: isoTime })
export type InvitationDto = z.infer<typeof invitationDto>

export const sessionsDto = z.object({
  sessions: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      role,
      method,
      address: z.string(),
      agent: z.string(),
      createdAt: isoTime,
      expiresAt: isoTime,
      /** The one that asks. */
      isThis: z.boolean(),
      isOwn: z.boolean(),
    }),
  ),
})
export type SessionsDto = z.infer<typeof sessionsDto>

export const tokensDto = z.object({
  tokens: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      role,
      scopes: z.array(z.string()),
      /** Only of probe agents. */
      clusterId: z.string().nullable(),
      createdBy: z.string(),
      createdAt: isoTime,
      expiresAt: isoTime.nullable(),
      revokedAt: isoTime.nullable(),
    }),
  ),
})
export type TokensDto = z.infer<typeof tokensDto>

export const tokenPost = z.strictObject({
  name: text(63),
  role,
  scopes: z.array(apiScope).min(1).max(6),
  /** Such as 30d or 12h; null: never. */
  expires: z.string().max(10).nullable(),
})
export type TokenPost = z.infer<typeof tokenPost>

/** Shown once. */
export const newTokenDto = z.object({ id: z.string(), token: z.string() })

export const breakGlassDto = z.object({
  /** Codes that still open. */
  unused: z.number().int(),
  printedAt: isoTime.nullable(),
  uses: z.array(
    z.object({
      id: z.string(),
      usedAt: isoTime,
      usedBy: z.string(),
      reason: z.string(),
      address: z.string(),
      reviewedAt: isoTime.nullable(),
      reviewedBy: z.string().nullable(),
      reviewNote: z.string().nullable(),
    }),
  ),
})
export type BreakGlassDto = z.infer<typeof breakGlassDto>

/** Shown once. */
export const breakGlassCodesDto = z.object({ codes: z.array(z.string()) })

export const reviewPost = z.strictObject({ note: text(500) })

/** `GET /api/v1/account`: one's own; null for sessions without a person. */
export const accountDto = z.object({
  person: personDto.nullable(),
  passkeys: z.array(
    z.object({ id: z.string(), name: z.string(), createdAt: isoTime, lastUsedAt: isoTime.nullable() }),
  ),
})
export type AccountDto = z.infer<typeof accountDto>

export const passwordPost = z.strictObject({ current: password, next: password })
export const totpDto = z.object({ secret: z.string(), uri: z.string() })
export const totpPost = z.strictObject({ code: z.string().min(6).max(20), password })
export const proofPost = z.strictObject({ password })

/** What the browser gave; its inside is checked by the library that reads it. */
const credentialShape = z.looseObject({
  id: z.string().min(1).max(1_400),
  rawId: z.string().max(1_400),
  type: z.literal('public-key'),
  response: z.looseObject({ clientDataJSON: z.string().max(8_000) }),
  clientExtensionResults: z.looseObject({}),
})
export const handshakeDto = z.object({ handshake: z.string(), options: z.looseObject({}) })
const handshake = z.string().max(80)
export const passkeyPost = z.strictObject({
  handshake,
  name: text(63),
  response: credentialShape as unknown as z.ZodType<RegistrationResponseJSON>,
})
export const passkeySignInPost = z.strictObject({
  handshake,
  response: credentialShape as unknown as z.ZodType<AuthenticationResponseJSON>,
})

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
