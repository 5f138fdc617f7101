/** Where one CoreDNS process listens on loopback, each its own port. */
export interface DnsPorts {
  dns: number
  health: number
  ready: number
  metrics: number
}

const loopback = '127.0.0.1'
const lines = (...parts: (string | false)[]) => parts.filter(part => part !== false).join('\n')

/**
 * CoreDNS' Corefile as kubeadm installs it. With `run`, the same for a process of this machine: it listens on loopback
 * only, reaches the API server by a kubeconfig, and has no way out for names of other zones.
 */
export function coreDnsCorefile(
  run?: { ports: DnsPorts; kubeconfig: string },
  change: { ttlSeconds?: number; cache?: string[] } = {},
): string {
  const { ttlSeconds = 30 } = change
  const cache = change.cache ?? ['disable success cluster.local', 'disable denial cluster.local']
  return lines(
    `.:${run?.ports.dns ?? 53} {`,
    run !== undefined && `    bind ${loopback}`,
    '    errors',
    run ? `    health ${loopback}:${run.ports.health}` : '    health {\n       lameduck 5s\n    }',
    run ? `    ready ${loopback}:${run.ports.ready}` : '    ready',
    '    kubernetes cluster.local in-addr.arpa ip6.arpa {',
    run !== undefined && `       kubeconfig ${run.kubeconfig}`,
    '       pods insecure',
    '       fallthrough in-addr.arpa ip6.arpa',
    `       ttl ${ttlSeconds}`,
    '    }',
    `    prometheus ${run ? `${loopback}:${run.ports.metrics}` : ':9153'}`,
    run === undefined && '    forward . /etc/resolv.conf {\n       max_concurrent 1000\n    }',
    `    cache ${ttlSeconds} {`,
    ...cache.map(line => `       ${line}`),
    '    }',
    '    loop',
    '    reload',
    '    loadbalance',
    '}',
    '',
  )
}

/**
 * The node cache's Corefile as the NodeLocal DNSCache add-on installs it. With `run`, the same for a process of this
 * machine that asks `upstream`; its block for other zones is left out, since nothing leaves loopback.
 */
export function nodeCacheCorefile(
  run?: { ports: Omit<DnsPorts, 'ready'>; upstream: string },
  cache: string[] = ['success 9984 30', 'denial 9984 5'],
): string {
  return lines(
    `cluster.local:${run?.ports.dns ?? 53} {`,
    '    errors',
    '    cache {',
    ...cache.map(line => `            ${line}`),
    '    }',
    '    reload',
    '    loop',
    `    bind ${run ? loopback : '169.254.20.10 10.96.0.10'}`,
    `    forward . ${run?.upstream ?? '__PILLAR__CLUSTER__DNS__'} {`,
    '            force_tcp',
    '    }',
    `    prometheus ${run ? `${loopback}:${run.ports.metrics}` : ':9253'}`,
    `    health ${run ? `${loopback}:${run.ports.health}` : '169.254.20.10:8080'}`,
    '    }',
    run === undefined && otherZones,
    '',
  )
}

const otherZones = `.:53 {
    errors
    cache 30
    reload
    loop
    bind 169.254.20.10 10.96.0.10
    forward . __PILLAR__UPSTREAM__SERVERS__
    prometheus :9253
    }`
