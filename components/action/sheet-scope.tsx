'use client'

import { usePathname } from 'next/navigation'
import { clusterOfPath } from '@/lib/client/cluster-path'
import type { ActionDto } from '@/lib/wire/actions'
import { useRemoval } from './use-removal'

/** Nobody can tell which clusters have these, so that they are always named. */
const UNSEEN: ReadonlySet<string> = new Set(['Nodes', 'HTTPRoute', 'User', 'Group'])

/**
 * Where an action that began at one cluster is to act: there alone, or wherever its target runs. Another choice is
 * another plan, with its own targets, guards and digest.
 */
export function SheetScope({ action, reason }: { action: ActionDto; reason: string }) {
  const removal = useRemoval()
  const here = clusterOfPath(usePathname())
  const [first, ...others] = action.clusterIds ?? []
  const clusterId = here ?? (others.length === 0 ? first : undefined)
  if (clusterId === undefined || removal.locked !== null || UNSEEN.has(action.request.target.kind))
    return null
  const isOnly = first === clusterId && others.length === 0
  const isEverywhere = action.clusterIds === null
  const name =
    [...action.targets, ...action.leftOut].find(one => one.clusterId === clusterId)?.clusterName ?? clusterId
  const again = (clusterIds: string[] | undefined) => removal.plan({ ...action.request, clusterIds, reason })
  return (
    <fieldset className="seg sheet-scope">
      <legend className="sr">Where</legend>
      <button type="button" aria-pressed={isOnly} onClick={() => isOnly || again([clusterId])}>
        Only <span className="mono">{name}</span>
      </button>
      <button type="button" aria-pressed={isEverywhere} onClick={() => isEverywhere || again(undefined)}>
        Every cluster that carries it
      </button>
    </fieldset>
  )
}
