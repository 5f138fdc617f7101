'use client'

import { useQuery } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext, useMemo } from 'react'
import { sessionQuery } from '@/lib/client/queries'
import { useViewState } from '@/lib/client/search-params'
import { usePlanAction } from '@/lib/client/writes'
import type { ActionPost } from '@/lib/wire/actions'

type RemovalPost = Extract<ActionPost, { kind: 'remove-service' }>

/** What is to be removed, and where: without `clusterIds` on every cluster that carries it. */
export type RemovalRequest = Pick<RemovalPost, 'target'> & Partial<Pick<RemovalPost, 'clusterIds' | 'reason'>>

/** A suspect, or a workload of a cluster: what has these can be removed when it is of a kind that has a plan. */
interface Removable {
  kind: string
  namespace: string
  name: string
}

interface Removal {
  /** Why this person may not plan a removal; null when they may. */
  locked: string | null
  canRemove(what: Removable): boolean
  /** Makes a fresh plan, for one cluster or for every one that carries it, and opens the sheet on it. */
  begin(what: Removable, clusterId?: string): void
  /** Makes the plan anew, e.g. for other clusters or when the old one expired. */
  plan(request: RemovalRequest): void
  /** What is being planned now, or failed to be; null otherwise. */
  planning: RemovalRequest | null
  error: unknown
  dismiss(): void
}

const RemovalContext = createContext<Removal | null>(null)

const KINDS = ['DaemonSet', 'Deployment', 'StatefulSet'] as const

function targetOf({ kind, namespace, name }: Removable): RemovalRequest['target'] | null {
  const known = KINDS.find(k => k === kind)
  return known && namespace ? { kind: known, namespace, name } : null
}

/** Holds the one removal that is being planned; the sheet and every button that opens it share it. */
export function RemovalProvider({ children }: { children: ReactNode }) {
  const [, setView] = useViewState()
  const { data: session } = useQuery(sessionQuery)
  const { mutate, reset, isPending, isError, error, variables } = usePlanAction()
  // While the session is not known yet nothing is locked: the server refuses whom it must.
  const locked =
    session === null ? 'Sign in first' : session?.role === 'viewer' ? 'Viewers cannot plan a removal' : null
  const removal = useMemo<Removal>(() => {
    const plan = ({ target, clusterIds, reason = '' }: RemovalRequest) =>
      mutate(
        { kind: 'remove-service', target, clusterIds, reason },
        {
          onSuccess: action => {
            setView({ action: action.id })
            reset()
          },
        },
      )
    return {
      locked,
      canRemove: what => locked === null && targetOf(what) !== null,
      begin(what, clusterId) {
        const target = targetOf(what)
        if (target && locked === null) plan({ target, clusterIds: clusterId ? [clusterId] : undefined })
      },
      plan,
      planning: (isPending || isError) && variables?.kind === 'remove-service' ? variables : null,
      error: isError ? error : null,
      dismiss: reset,
    }
  }, [locked, mutate, reset, isPending, isError, error, variables, setView])
  return <RemovalContext.Provider value={removal}>{children}</RemovalContext.Provider>
}

export function useRemoval(): Removal {
  const removal = useContext(RemovalContext)
  if (!removal) throw new Error('useRemoval needs a RemovalProvider above it')
  return removal
}
