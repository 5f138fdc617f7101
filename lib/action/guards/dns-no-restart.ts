import { counted, type Guard, someOf } from './guard'

/** What answers DNS in a cluster, by the names that its add-ons and distributions give it. */
const DNS_WORKLOADS = ['coredns', 'kube-dns', 'node-local-dns', 'nodelocaldns', 'rke2-coredns']

/**
 * No CoreDNS is restarted, moved or changed where its API server is lost: the new one would come back without records
 * and end what is left of name resolution. It holds too where a policy no longer protects CoreDNS by name.
 */
export const dnsNoRestart: Guard = ({ plan, fleet }) => {
  const guard = 'dns.no-restart'
  const { name } = plan.request.target
  if (!DNS_WORKLOADS.some(known => name === known || name.startsWith(`${known}-`)))
    return { guard, verdict: 'pass', text: 'It restarts no CoreDNS and no node cache.' }
  const refusals = new Map(fleet.map(({ cluster, dnsRefusal }) => [cluster.id, dnsRefusal]))
  const refused = plan.targets.flatMap(({ clusterId, clusterName }) => {
    const reason = refusals.get(clusterId)
    return reason === undefined ? [] : [{ clusterName, reason }]
  })
  const [first] = refused
  if (!first)
    return {
      guard,
      verdict: 'pass',
      text: 'The API servers of all targets serve, so a new CoreDNS finds its records.',
    }
  return {
    guard,
    verdict: 'block',
    text: `On ${counted(refused.length, 'cluster')} (${someOf(refused.map(one => one.clusterName))}) DNS must not be touched now. ${first.reason}`,
  }
}
