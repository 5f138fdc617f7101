'use client'

import { createContext, type ReactNode, useContext, useMemo } from 'react'
import { useViewState } from '@/lib/client/search-params'
import { usePlanAction } from '@/lib/client/writes'
import type { ActionPost } from '@/lib/wire/actions'
import type { SuspectDto } from '@/lib/wire/suspects'

export type RemovalTarget = ActionPost['target']

interface Removal {
  canRemove(suspect: SuspectDto): boolean
  /** Makes a fresh plan for a suspect and opens the sheet on it. */
  begin(suspect: SuspectDto): void
  /** Makes the plan anew, e.g. when the old one expired. */
  plan(target: RemovalTarget): void
  /** What is being planned now, or failed to be; null otherwise. */
  planning: RemovalTarget | null
  error: unknown
  dismiss(): void
}

const RemovalContext = createContext<Removal | null>(null)

const KINDS = ['DaemonSet', 'Deployment', 'StatefulSet'] as const

function targetOf(suspect: SuspectDto): RemovalTarget | null {
  const kind = KINDS.find(k => k === suspect.kind)
  return kind && suspect.namespace ? { kind, namespace: suspect.namespace, name: suspect.name } : null
}

/** Holds the one removal that is being planned; the sheet and every button that opens it share it. */
export function RemovalProvider({ children }: { children: ReactNode }) {
  const [, setView] = useViewState()
  const { mutate, reset, isPending, isError, error, variables } = usePlanAction()
  const removal = useMemo<Removal>(() => {
    const plan = (target: RemovalTarget) =>
      mutate(
        { kind: 'remove-service', target, reason: '' },
        {
          onSuccess: action => {
            setView({ action: action.id })
            reset()
          },
        },
      )
    return {
      canRemove: suspect => targetOf(suspect) !== null,
      begin(suspect) {
        const target = targetOf(suspect)
        if (target) plan(target)
      },
      plan,
      planning: isPending || isError ? (variables?.target ?? null) : null,
      error: isError ? error : null,
      dismiss: reset,
    }
  }, [mutate, reset, isPending, isError, error, variables, setView])
  return <RemovalContext.Provider value={removal}>{children}</RemovalContext.Provider>
}

export function useRemoval(): Removal {
  const removal = useContext(RemovalContext)
  if (!removal) throw new Error('useRemoval needs a RemovalProvider above it')
  return removal
}
