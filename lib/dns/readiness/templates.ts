/** NodeLocal DNSCache as its add-on ships it, with denials kept as long as answers. */
export const NODE_CACHE = `cluster.local:53 {
    errors
    cache {
        success 9984 30
        denial 9984 30
    }
    reload
    loop
    bind 169.254.20.10
    forward . __PILLAR__CLUSTER__DNS__ {
        force_tcp
    }
    prometheus :9253
    health 169.254.20.10:8080
}
`

/** Every cluster has this Service, and most programs that speak to the API server need it. */
const KNOWN_NAME = 'kubernetes.default'
const MOST_NAMES = 10

/** A `hosts` block with a line for each name; `names` as `service.namespace`. Addresses are to be filled in. */
export function staticHosts(names: readonly string[], zone: string): string[] {
  const domain = zone.replace(/\.$/, '')
  const all = names.length > 0 ? names.slice(0, MOST_NAMES) : [KNOWN_NAME]
  return [
    'hosts {',
    '    # kubectl get services -A tells each CLUSTER-IP',
    ...all.map(name => `    <CLUSTER-IP> ${name}.svc.${domain}`),
    '    fallthrough',
    '}',
  ]
}

/** For `kubectl patch --patch-file`, or to merge into a workload: names with two dots and more are asked as they are. */
export function fullNamesPatch(zone: string): { file: string; diff: string } {
  return {
    file: 'Pod template (for kubectl patch --patch-file)',
    diff: `# and names as service.namespace.svc.${zone}
spec:
  template:
    spec:
      dnsConfig:
        options:
          - name: ndots
            value: "2"
`,
  }
}
