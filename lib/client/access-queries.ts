import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { z } from 'zod'
import { accountDto, breakGlassDto, peopleDto, sessionsDto, tokensDto } from '../wire/access'
import { sessionQuery } from './queries'
import { requestJson } from './request-json'

function accessQuery<T>(path: string, schema: z.ZodType<T>) {
  return queryOptions({
    queryKey: ['access', path],
    queryFn: ({ signal }) => requestJson(`/api/v1/${path}`, { signal, schema }),
    refetchInterval: 15_000,
    retry: 1,
  })
}

export const accountQuery = accessQuery('account', accountDto)
export const ownSessionsQuery = accessQuery('sessions', sessionsDto)
export const allSessionsQuery = accessQuery('sessions?of=everybody', sessionsDto)
export const peopleQuery = accessQuery('people', peopleDto)
export const tokensQuery = accessQuery('tokens', tokensDto)
export const breakGlassQuery = accessQuery('break-glass', breakGlassDto)

interface Write {
  /** Below `/api/v1/`. */
  path: string
  method?: 'POST' | 'DELETE'
  body?: unknown
}

/** One write about access; every list is read anew afterwards. The answer is given as it came. */
export function useAccessWrite() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async ({ path, method = 'POST', body }: Write): Promise<unknown> => {
      const session = await client.ensureQueryData(sessionQuery)
      return requestJson(`/api/v1/${path}`, { method, body, csrfToken: session?.csrfToken })
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['access'] }),
  })
}
