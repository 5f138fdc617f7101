import type { GuardRefusal } from '../errors'
import type { ClusterFuse } from './types'

/**
 * Why CoreDNS of a cluster must not be restarted, reloaded, drained or re-configured now; null when it may. Without an
 * API server a new CoreDNS has no records: it would end what is left of name resolution at once.
 */
export function refuseDnsRestart(fuse: ClusterFuse): GuardRefusal | null {
  const refuse = (reason: string) => ({ guard: 'dns.no-restart', reason })
  if (fuse.state === 'Unknown') {
    return refuse(
      'Nobody has heard this cluster’s API server or resolvers; a restarted CoreDNS may come back empty.',
    )
  }
  if (fuse.state === 'Fresh' && fuse.apiLostAt === undefined) return null
  if (fuse.state === 'Fresh') {
    return refuse(
      'The API server is lost and CoreDNS answers from memory alone; a restart would empty it for good.',
    )
  }
  // CoreDNS answers nothing any more and the API server serves: a restart is then the cure, not the harm.
  if (fuse.apiLostAt === undefined) return null
  return refuse(
    'The API server is lost: a restarted CoreDNS finds no records. Bring the API server back first.',
  )
}
