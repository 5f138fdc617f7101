import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { type SessionDto, sessionDto } from '../wire/access'
import { actionDto, actionsDto } from '../wire/actions'
import { type AuditDto, auditDto } from '../wire/audit'
import { clusterDetailDto } from '../wire/cluster-detail'
import { dnsSourcesDto } from '../wire/dns-sources'
import { fusesDto } from '../wire/fuses'
import { playsDto } from '../wire/plays'
import { clusterReadinessDto, readinessDto } from '../wire/readiness'
import { sealsDto } from '../wire/seals'
import { warRoomDto } from '../wire/stream'
import { ProblemError } from './problem-error'
import { requestJson } from './request-json'

/** A refusal does not change by asking again; only silence and server trouble are asked once more. */
function retry(count: number, error: unknown): boolean {
  return count < 2 && !(error instanceof ProblemError && error.status >= 400 && error.status < 500)
}

/** The whole war room. After the first answer the stream keeps it true, so it never goes stale by itself. */
export const warRoomQuery = queryOptions({
  queryKey: ['war-room'],
  queryFn: ({ signal }) => requestJson('/api/v1/war-room', { signal, schema: warRoomDto }),
  staleTime: Number.POSITIVE_INFINITY,
  gcTime: Number.POSITIVE_INFINITY,
  refetchOnReconnect: false,
  refetchOnWindowFocus: false,
  retry,
})

/** Who is signed in; null when nobody is. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ signal }): Promise<SessionDto | null> => {
    try {
      return await requestJson('/api/v1/session', { signal, schema: sessionDto })
    } catch (error) {
      if (error instanceof ProblemError && error.status === 401) return null
      throw error
    }
  },
  staleTime: 60_000,
  retry,
})

/** One cluster in full; asked for every three seconds while somebody looks at it. */
export function clusterQuery(id: string) {
  return queryOptions({
    queryKey: ['cluster', id],
    queryFn: ({ signal }) =>
      requestJson(`/api/v1/clusters/${encodeURIComponent(id)}`, { signal, schema: clusterDetailDto }),
    refetchInterval: 3_000,
    retry,
  })
}

/** The part of the fleet that somebody looks at. */
export interface Scope {
  kind: 'product' | 'region' | 'cluster'
  id: string
}

/** Fuses of a part of the fleet; the stream has those of the whole. */
export function fusesQuery({ kind, id }: Scope) {
  return queryOptions({
    queryKey: ['fuses', kind, id],
    queryFn: ({ signal }) =>
      requestJson(`/api/v1/fuses?${new URLSearchParams({ [kind]: id })}`, { signal, schema: fusesDto }),
    refetchInterval: 3_000,
    retry,
  })
}

/** Who tells what DNS does in a part of the fleet, or in all of it. */
export function dnsSourcesQuery(scope: Scope | null) {
  const query = scope ? `?${new URLSearchParams({ [scope.kind]: scope.id })}` : ''
  return queryOptions({
    queryKey: ['dns-sources', scope?.kind ?? '', scope?.id ?? ''],
    queryFn: ({ signal }) => requestJson(`/api/v1/dns-sources${query}`, { signal, schema: dnsSourcesDto }),
    refetchInterval: scope?.kind === 'cluster' ? 5_000 : 15_000,
    retry,
  })
}

/** How long each cluster outlives its control plane; it changes with configuration only. */
export const readinessQuery = queryOptions({
  queryKey: ['readiness'],
  queryFn: ({ signal }) => requestJson('/api/v1/readiness', { signal, schema: readinessDto }),
  refetchInterval: 30_000,
  retry,
})

/** What would lengthen that for one cluster. */
export function clusterReadinessQuery(id: string) {
  return queryOptions({
    queryKey: ['readiness', id],
    queryFn: ({ signal }) =>
      requestJson(`/api/v1/clusters/${encodeURIComponent(id)}/readiness`, {
        signal,
        schema: clusterReadinessDto,
      }),
    staleTime: 30_000,
    retry,
  })
}

/** One action with its targets and shots; asked for every two seconds while it can still move. */
export function actionQuery(id: string) {
  return queryOptions({
    queryKey: ['action', id],
    queryFn: ({ signal }) =>
      requestJson(`/api/v1/actions/${encodeURIComponent(id)}`, { signal, schema: actionDto }),
    refetchInterval: query => (isMoving(query.state.data?.state) ? 2_000 : false),
    retry,
  })
}

function isMoving(state: string | undefined): boolean {
  return (
    state === 'awaiting' ||
    state === 'running' ||
    state === 'aborting' ||
    state === 'undoing' ||
    state === 'finished'
  )
}

export const actionsQuery = queryOptions({
  queryKey: ['actions'],
  queryFn: ({ signal }) => requestJson('/api/v1/actions', { signal, schema: actionsDto }),
  refetchInterval: 5_000,
  retry,
})

/** What was prepared with roll-outs, to be armed with one hold. */
export const sealsQuery = queryOptions({
  queryKey: ['seals'],
  queryFn: ({ signal }) => requestJson('/api/v1/seals', { signal, schema: sealsDto }),
  refetchInterval: 10_000,
  retry,
})

/** Plays as they would go now, and those under way; conditions come and go with the incident. */
export const playsQuery = queryOptions({
  queryKey: ['plays'],
  queryFn: ({ signal }) => requestJson('/api/v1/plays', { signal, schema: playsDto }),
  refetchInterval: 5_000,
  retry,
})

/** What the audit log is narrowed down by; times as a date field gives them, in UTC. */
export interface AuditFilter {
  actor: string
  action: string
  subject: string
  since: string
  until: string
}

export const NO_AUDIT_FILTER: AuditFilter = { actor: '', action: '', subject: '', since: '', until: '' }

/** As a query of the audit's routes; empty fields are left out, and times that nobody has finished typing. */
export function auditParams(filter: AuditFilter): URLSearchParams {
  const params = new URLSearchParams()
  for (const key of ['actor', 'action', 'subject'] as const)
    if (filter[key].trim() !== '') params.set(key, filter[key].trim().slice(0, 200))
  for (const key of ['since', 'until'] as const) {
    const at = Date.parse(`${filter[key]}Z`)
    if (!Number.isNaN(at)) params.set(key, new Date(at).toISOString())
  }
  return params
}

/** A page of the audit log, newest first. `before`: entries older than this sequence number. */
export function auditQuery(before: number | null, filter = NO_AUDIT_FILTER) {
  const params = auditParams(filter)
  params.set('limit', '100')
  if (before !== null) params.set('before', String(before))
  const query = params.toString()
  return queryOptions({
    queryKey: ['audit', query],
    queryFn: ({ signal }): Promise<AuditDto> =>
      requestJson(`/api/v1/audit?${query}`, { signal, schema: auditDto }),
    refetchInterval: before === null ? 5_000 : false,
    // A filter that is being typed keeps what was found before it on the screen.
    placeholderData: keepPreviousData,
    retry,
  })
}
