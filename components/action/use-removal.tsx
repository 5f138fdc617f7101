'use client'

import { useQuery } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext, useMemo } from 'react'
import { sessionQuery } from '@/lib/client/queries'
import { useViewState } from '@/lib/client/search-params'
import { usePlanAction } from '@/lib/client/writes'
import type { ActionPostInput } from '@/lib/wire/action-request'

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
  /** Makes any plan, or one anew: for other clusters, or when the old one expired. */
  plan(request: ActionPostInput): void
  /** What is being planned now, or failed to be; null otherwise. */
  planning: ActionPostInput | null
  error: unknown
  dismiss(): void
}

const RemovalContext = createContext<Removal | null>(null)

const KINDS = ['DaemonSet', 'Deployment', 'StatefulSet'] as const

type WorkloadTarget = Extract<ActionPostInput, { kind: 'remove-service' }>['target']

function targetOf({ kind, namespace, name }: Removable): WorkloadTarget | null {
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
    const plan = (request: ActionPostInput) =>
      mutate(request, {
        onSuccess: action => {
          setView({ action: action.id })
          reset()
        },
      })
    return {
      locked,
      canRemove: what => locked === null && targetOf(what) !== null,
      begin(what, clusterId) {
        const target = targetOf(what)
        if (target && locked === null)
          plan({ kind: 'remove-service', target, clusterIds: clusterId ? [clusterId] : undefined })
      },
      plan,
      planning: isPending || isError ? (variables ?? null) : null,
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
