import { setTimeout as sleep } from 'node:timers/promises'
import type { Api } from './api'

/** Names are the same everywhere in a run, so that nobody needs to list nodes to know them. */
export function nodeName(index: number): string {
  return `node-${String(index + 1).padStart(4, '0')}`
}

/** How often each node reports: at most ten writes a second for all of them together. */
function renewEverySeconds(nodes: number): number {
  return Math.max(30, Math.ceil(nodes / 10))
}

/** The controller manager waits for four missed reports before it calls a node unknown. */
export function nodeGraceSeconds(nodes: number): number {
  return 4 * renewEverySeconds(nodes)
}

/** Renews the leases of all nodes, evenly spread over time, until told to stop. */
export async function renewNodeLeases(api: Api, nodes: number, signal: AbortSignal): Promise<void> {
  if (nodes === 0) return
  const pauseMs = (renewEverySeconds(nodes) * 1000) / nodes
  let quiet = false
  for (let index = 0; !signal.aborted; index = (index + 1) % nodes) {
    await sleep(pauseMs, undefined, { signal }).catch(() => {})
    if (signal.aborted) return
    const path = `/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${nodeName(index)}`
    const body = { spec: { renewTime: microTime(new Date()) } }
    const renewal = api.request('PATCH', path, { body, contentType: 'application/merge-patch+json' })
    // Not awaited: a slow server must not make the nodes silent all at once.
    renewal.then(
      () => {
        quiet = false
      },
      (error: Error) => {
        if (!quiet && !signal.aborted) console.error(`leases cannot be renewed: ${error.message}`)
        quiet = true
      },
    )
  }
}

/** A time as Kubernetes' MicroTime wants it: six digits after the point. */
export function microTime(at: Date): string {
  return at.toISOString().replace('Z', '000Z')
}
