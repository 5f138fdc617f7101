import { z } from 'zod'
import { isoTime } from './time'

export const controlPlaneState = z.enum([
  'Healthy',
  'Strained',
  'Overloaded',
  'LockedOut',
  'Dark',
  'Recovering',
  'Unknown',
])
export type ControlPlaneStateDto = z.infer<typeof controlPlaneState>

export const dataPlaneState = z.enum(['Fresh', 'Burning', 'Dry', 'Unknown'])
export type DataPlaneStateDto = z.infer<typeof dataPlaneState>

export const basis = z.enum(['measured', 'estimated', 'assumed'])

export const reasonDto = z.object({
  code: z.string(),
  severity: z.enum(['info', 'warn', 'critical']),
  text: z.string(),
})

/** `callers`: what is asked of it is too much for it; the others: the part that is slow, failing or lost. */
export const likelyCause = z.enum(['callers', 'etcd', 'webhook', 'zone', 'server'])
export type LikelyCauseDto = z.infer<typeof likelyCause>

export const fleetClusterDto = z.object({
  id: z.string(),
  name: z.string(),
  region: z.string(),
  products: z.array(z.string()),
  environment: z.string(),
  /** null = not learnt yet. */
  nodes: z.number().int().nullable(),
  pods: z.number().int().nullable(),
  version: z.string().nullable(),
  controlPlane: z.object({
    state: controlPlaneState,
    since: isoTime,
    evidenceAt: isoTime.nullable(),
    reasons: z.array(reasonDto),
    /** Where the trouble sits, as far as the evidence tells; null while there is none, or it does not tell. */
    cause: likelyCause.nullable(),
  }),
  dataPlane: z.object({
    state: dataPlaneState,
    apiLostAt: isoTime.nullable(),
    t0At: isoTime.nullable(),
    firstFailureAt: isoTime.nullable(),
    dryAt: isoTime.nullable(),
    /** At the time the answer was made; the browser counts down from `dryAt`. */
    secondsLeft: z.number().nullable(),
    basis,
  }),
  /** Why this cluster cannot be watched. */
  problem: z.object({ message: z.string(), where: z.string(), hint: z.string().optional() }).nullable(),
})
export type FleetClusterDto = z.infer<typeof fleetClusterDto>

export const productDto = z.object({ id: z.string(), name: z.string() })
export type ProductDto = z.infer<typeof productDto>

/** `GET /api/v1/fleet` */
export const fleetDto = z.object({
  at: isoTime,
  simulated: z.boolean(),
  products: z.array(productDto),
  clusters: z.array(fleetClusterDto),
  /** Problems of configuration that belong to no cluster. */
  problems: z.array(z.object({ message: z.string(), where: z.string(), hint: z.string().optional() })),
})
export type FleetDto = z.infer<typeof fleetDto>
