import { integrate, positive } from './integrate'
import { answered, type CachedRecord, survival, survivalFromAnswered } from './survival'

/** Records that one lookup asks for: the address, and perhaps the other family and search path denials. */
export interface LookupRecords {
  rate: number
  records: readonly { ttl: number; stale?: number }[]
}

/**
 * J of records that the same lookups ask for: not a product, since they are refreshed together. The shortest TTL
 * leads; another is in step with it with chance (2−e^(−λτ₂))/(1+λτ₁), else in random phase. Equal TTLs are one
 * record. With stale copies: the product, which is pessimistic. Within 0.035 of event simulation.
 */
export function answeredTogether(t: number, { rate, records }: LookupRecords): number {
  const distinct = [...new Map(records.map(r => [`${r.ttl}/${r.stale ?? 0}`, r])).values()]
  const [lead, ...rest] = distinct.sort((a, b) => a.ttl - b.ttl)
  if (!lead) return 1
  if (rest.length === 0 || distinct.some(r => r.stale)) {
    return distinct.reduce((product, r) => product * answered(t, { ...r, rate }), 1)
  }
  const inStep = 2 - Math.exp(-rate * lead.ttl)
  const alive = (age: number, ttl: number) => {
    const p = Math.min(1, inStep / (1 + rate * ttl))
    return p + (1 - p) * (positive(1 - (age + t) / ttl) + (age + Math.expm1(-rate * age) / rate) / ttl)
  }
  const all = (age: number) => rest.reduce((product, r) => product * alive(age, r.ttl), 1)
  return (rate / (1 + rate * lead.ttl)) * integrate(all, 0, lead.ttl - t)
}

/** S of a lookup that needs several records. */
export function survivalTogether(t: number, lookup: LookupRecords): number {
  if (lookup.rate <= 0) return 1
  const kinks = lookup.records.flatMap(r => [r.ttl, r.stale ?? 0, r.ttl + (r.stale ?? 0)])
  return survivalFromAnswered(t, lookup.rate, l => answeredTogether(l, lookup), kinks)
}

/** S of a program with several dependencies looked up separately: the product, exact given T0. */
export function survivalAll(t: number, dependencies: readonly CachedRecord[]): number {
  return dependencies.reduce((product, d) => product * survival(t, d), 1)
}

/** How a program resolves names. */
export interface Resolver {
  libc: 'glibc' | 'musl'
  /** Candidates of the search path before the one that exists. */
  search?: number
  /** 2 when it asks for A and AAAA. */
  families?: number
  /** Seconds that the program waits for a name. */
  deadline?: number
}

/** glibc waits about this long for each record that nobody answers before it goes on; measured against silence. */
const GLIBC_WAIT_SECONDS = 6

/**
 * Records that a lookup cannot do without. musl fails as a whole when any of them fails; glibc goes on to the next
 * suffix or family, at once after an error and after about 6 s of silence. Measured on glibc and musl.
 */
export function criticalRecords(
  q: Resolver & { silent: boolean; ttl: number; denialTtl: number; stale?: number; denialStale?: number },
): { ttl: number; stale: number }[] {
  const { search = 0, families = 2, deadline = 5 } = q
  const helpers = search + (families > 1 ? 1 : 0)
  const patient = !q.silent || deadline > GLIBC_WAIT_SECONDS * helpers
  const address = { ttl: q.ttl, stale: q.stale ?? 0 }
  if (helpers === 0 || (q.libc === 'glibc' && patient)) return [address]
  return [address, { ttl: q.denialTtl, stale: q.denialStale ?? 0 }]
}
