/** Directives of CoreDNS as released (core/dnsserver/zdirectives.go, 1.14.7, and `pprof`-like ones before it). */
const KNOWN = new Set(
  (
    'root metadata geoip cancel proxyproto quic grpc_server https https3 timeouts multisocket reload nsid bufsize ' +
    'bind debug trace ready health pprof shed prometheus errors log dnstap local dns64 any chaos loadbalance tsig ' +
    'rewrite autopath acl cache header dnssec tls minimal template transfer hosts route53 azure clouddns ' +
    'k8s_external kubernetes file auto secondary etcd loop forward grpc erratic whoami on sign view nomad'
  ).split(' '),
)

export function isKnownPlugin(name: string): boolean {
  return KNOWN.has(name)
}
