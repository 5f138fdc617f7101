import type { ModelCluster } from './types'

/** Where node-local-dns listens, and where it forwards to. */
export const NODE_CACHE_ADDRESS = '169.254.20.10'
const CLUSTER_DNS_ADDRESS = '10.96.0.10'

/**
 * The Corefiles a cluster carries. Their TTLs are those by which the model's caches run dry: long ones, as in a fleet
 * whose caches hid the loss for about twenty minutes (post-mortem of 2024-12-11).
 */
export function corefilesOf(cluster: ModelCluster): { coreDns: string; nodeCache: string } {
  const ttl = cluster.dnsTtlSeconds
  return {
    coreDns: `.:53 {
    errors
    health {
       lameduck 5s
    }
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl ${ttl}
    }
    prometheus :9153
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
    cache ${ttl}
    loop
    loadbalance
}
`,
    nodeCache: `cluster.local:53 {
    errors
    cache {
        success 9984 ${ttl}
        denial 9984 5
    }
    loop
    bind ${NODE_CACHE_ADDRESS}
    forward . ${CLUSTER_DNS_ADDRESS} {
        force_tcp
    }
    prometheus :9253
    health ${NODE_CACHE_ADDRESS}:8080
}
.:53 {
    errors
    cache 30
    loop
    bind ${NODE_CACHE_ADDRESS}
    forward . /etc/resolv.conf
    prometheus :9253
}
`,
  }
}
