import { z } from 'zod'
import { isoTime } from './time'

const dnsName = z
  .string()
  .max(253)
  .regex(/^[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?$/, 'must be a DNS name without a final dot')

const resolver = z
  .string()
  .max(64)
  .regex(/^(\[[0-9a-fA-F:]+\]|[0-9.]+):\d{1,5}$/, 'must be a numeric host:port')

/** What came of one question, as the probe in `lib/dns` tells it. */
export const dnsResult = z.enum([
  'answer',
  'nodata',
  'nxdomain',
  'servfail',
  'refused',
  'other-error',
  'malformed',
  'timeout',
  'unreachable',
])

/** `POST /api/v1/dns-observations`: one round of questions, told by a probe agent inside the token's cluster. */
export const dnsObservationPost = z.strictObject({
  /** The pod's name. */
  replica: z
    .string()
    .max(253)
    .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, 'must be the name of a pod'),
  /** Made at random when the agent starts. */
  bootId: z.uuid(),
  bootedAt: isoTime,
  /** The `run` that Holdfast told last; absent until it has told one. */
  run: z.uuid().optional(),
  /** Rises with every message of one start. The same number is the same message, sent again. */
  sequence: z.int().min(1),
  /** The agent's clock when the message leaves; made anew when it is sent again. */
  sentAt: isoTime,
  askedAt: isoTime,
  /**
   * Of the questions for a name that exists nowhere: the live path. `proven`: this resolver has answered the agent
   * properly since it started, so that its silence counts.
   */
  answers: z
    .array(z.strictObject({ resolver, result: dnsResult, proven: z.boolean().default(false) }))
    .min(1)
    .max(8),
  /** The agent's own T0, for a Holdfast that starts in the middle of it; null while names renew. */
  failingSince: isoTime.nullable().default(null),
  /** Time left of cached names, read once at T0; null when the copy had gone. */
  readings: z
    .array(
      z.strictObject({
        name: dnsName,
        resolver,
        readAt: isoTime,
        ttlSeconds: z
          .int()
          .min(0)
          .max(2 ** 31 - 1)
          .nullable(),
      }),
    )
    .max(80)
    .default([]),
})
export type DnsObservationPost = z.infer<typeof dnsObservationPost>

/**
 * What the agent is told: `known` when this message had come before and changed nothing; `again` when it was written
 * for an earlier run of Holdfast, which may have taken it in already: say it once more, with this `run`.
 */
export const dnsObservationDto = z.object({
  accepted: z.enum(['new', 'known', 'again']),
  /** Made at random when Holdfast starts, which forgets what it has heard: nothing said before may count twice. */
  run: z.uuid(),
  receivedAt: isoTime,
  /** How far the agent's clock is behind (above zero) or ahead, with the way here. */
  skewMs: z.number(),
})
export type DnsObservationDto = z.infer<typeof dnsObservationDto>
