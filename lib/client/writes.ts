import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import type { SimulationPost } from '../wire/access'
import type { ActionPostInput } from '../wire/action-request'
import { type ActionDto, actionDto, type ConfirmPost } from '../wire/actions'
import type { ApprovePost, DeclinePost, OverridePost, ReviewPost } from '../wire/approval'
import { type PlayPartPost, type PlayRunDto, type PlayStartPost, playRunDto } from '../wire/plays'
import type { SealApprovePost, SealArmPost, SealWithdrawPost } from '../wire/seals'
import type { IncidentPost } from '../wire/timeline'
import {
  actionQuery,
  actionsQuery,
  clusterQuery,
  playsQuery,
  readinessQuery,
  sealsQuery,
  sessionQuery,
} from './queries'
import { requestJson } from './request-json'

/** Sends a write with the session's token; fetches the session first when the page has not asked for it yet. */
function usePost() {
  const client = useQueryClient()
  return useCallback(
    async <T>(path: string, body: unknown, schema?: Parameters<typeof requestJson<T>>[1]) => {
      const session = await client.ensureQueryData(sessionQuery)
      return requestJson<T>(path, { method: 'POST', body, csrfToken: session?.csrfToken, ...schema })
    },
    [client],
  )
}

/** Makes a plan: every cluster is asked for a dry run, nothing else is sent. */
export function usePlanAction() {
  const client = useQueryClient()
  const post = usePost()
  return useMutation({
    mutationFn: (body: ActionPostInput) => post<ActionDto>('/api/v1/actions', body, { schema: actionDto }),
    onSuccess: plan => client.setQueryData(actionQuery(plan.id).queryKey, plan),
  })
}

/** Confirms a plan by its digest; the answer is the running action. */
export function useConfirmAction(id: string) {
  const client = useQueryClient()
  const post = usePost()
  return useMutation({
    mutationFn: (body: ConfirmPost) => post(`/api/v1/actions/${encodeURIComponent(id)}/confirm`, body),
    onSettled: () => client.invalidateQueries({ queryKey: actionQuery(id).queryKey }),
  })
}

/** Answers for a second person, overrides that one, or reviews what went out without. */
export function useAnswerAction(id: string, verb: 'approve' | 'override' | 'decline' | 'review') {
  const client = useQueryClient()
  const post = usePost()
  return useMutation({
    mutationFn: (body: ApprovePost | OverridePost | DeclinePost | ReviewPost) =>
      post(`/api/v1/actions/${encodeURIComponent(id)}/${verb}`, body),
    onSettled: () => {
      client.invalidateQueries({ queryKey: actionQuery(id).queryKey })
      return client.invalidateQueries({ queryKey: actionsQuery.queryKey })
    },
  })
}

/** Starts a play, plans one of its parts, or ends it. */
export function usePlayTurn(path: `plays/${string}/start` | `play-runs/${string}/${'plan' | 'end'}`) {
  const client = useQueryClient()
  const post = usePost()
  return useMutation({
    mutationFn: (body: PlayStartPost | PlayPartPost | Record<string, never>) =>
      post<PlayRunDto>(`/api/v1/${path}`, body, { schema: playRunDto }),
    onSettled: () => {
      client.invalidateQueries({ queryKey: actionsQuery.queryKey })
      return client.invalidateQueries({ queryKey: playsQuery.queryKey })
    },
  })
}

/** Approves a seal, ends it, or arms what it holds; the answer to the last is the running action. */
export function useSealTurn(id: string, turn: 'approve' | 'withdraw' | 'arm') {
  const client = useQueryClient()
  const post = usePost()
  return useMutation({
    mutationFn: (body: SealApprovePost | SealWithdrawPost | SealArmPost) =>
      post<{ id: string }>(`/api/v1/seals/${encodeURIComponent(id)}/${turn}`, body),
    onSettled: () => client.invalidateQueries({ queryKey: sealsQuery.queryKey }),
  })
}

/** Stops all arming at once, or lets it go on. */
export function useFreeze(verb: 'freeze' | 'thaw') {
  const post = usePost()
  return useMutation({ mutationFn: () => post(`/api/v1/actions/${verb}`, {}) })
}

/** Stops what is not sent yet, puts back what was removed, or steers what runs. */
export function useTurnAction(id: string, turn: 'abort' | 'undo' | 'pause' | 'resume' | 'widen') {
  const client = useQueryClient()
  const post = usePost()
  return useMutation({
    mutationFn: () =>
      post<ActionDto>(`/api/v1/actions/${encodeURIComponent(id)}/${turn}`, {}, { schema: actionDto }),
    onSettled: () => client.invalidateQueries({ queryKey: actionQuery(id).queryKey }),
  })
}

/** Proves every way into a cluster now; it takes as long as the slowest of them. */
export function useProveLanes(id: string) {
  const client = useQueryClient()
  const post = usePost()
  return useMutation({
    mutationFn: () => post(`/api/v1/clusters/${encodeURIComponent(id)}/prove-lanes`, {}),
    onSettled: () => {
      client.invalidateQueries({ queryKey: readinessQuery.queryKey, exact: true })
      return client.invalidateQueries({ queryKey: clusterQuery(id).queryKey })
    },
  })
}

/** Says that there is an incident, or ends the one that was declared. */
export function useIncident() {
  const { data } = useQuery(sessionQuery)
  const post = usePost()
  return {
    declare: useMutation({ mutationFn: (incident: IncidentPost) => post('/api/v1/incident', incident) }),
    end: useMutation({
      mutationFn: () => requestJson('/api/v1/incident', { method: 'DELETE', csrfToken: data?.csrfToken }),
    }),
  }
}

export function useAddNote() {
  const post = usePost()
  return useMutation({ mutationFn: (text: string) => post('/api/v1/timeline', { text }) })
}

export function useSimulation() {
  const post = usePost()
  return useMutation({ mutationFn: (body: SimulationPost) => post('/api/v1/simulation', body) })
}

/** By it a page tells a session that was ended here from one that was ended elsewhere. */
export const SIGN_OUT = ['sign-out']

/** Ends the session on the server; the caller leaves the page afterwards. */
export function useSignOut() {
  const { data } = useQuery(sessionQuery)
  return useMutation({
    mutationKey: SIGN_OUT,
    mutationFn: () =>
      requestJson('/api/v1/session', { method: 'DELETE', csrfToken: data?.csrfToken }).then(() => undefined),
  })
}
