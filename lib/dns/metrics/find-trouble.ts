import type { DnsFinding, DnsServerView } from './types'

/** A few failed lookups are daily life. */
const MUCH_SERVFAIL = 0.05
const MUCH_STALE = 0.01

const percent = (share: number) => `${Math.round(share * 100)} %`

/** What a server's own figures give reason to say, worst first; pure. */
export function findTrouble({
  kind,
  rates,
  restartedAt,
  reloadedAt,
}: Pick<DnsServerView, 'kind' | 'rates' | 'restartedAt' | 'reloadedAt'>): DnsFinding[] {
  const findings: DnsFinding[] = []
  const { apiErrors = 0, apiAnswers = 0, servfailShare = 0, staleShare = 0 } = rates ?? {}
  if (kind === 'coredns' && apiErrors > 0 && apiAnswers === 0)
    findings.push({
      code: 'api-errors',
      severity: 'critical',
      text: `gets no answer from its API server: ${apiErrors} requests failed in ${Math.round(rates?.windowSeconds ?? 0)} s`,
    })
  if (servfailShare >= MUCH_SERVFAIL)
    findings.push({
      code: 'servfail',
      severity: 'critical',
      text: `answers ${percent(servfailShare)} with SERVFAIL`,
    })
  if ((rates?.upstreamsBroken ?? 0) > 0)
    findings.push({
      code: 'upstreams-broken',
      severity: 'warn',
      text: 'found all its upstreams out of order',
    })
  if (staleShare >= MUCH_STALE)
    findings.push({
      code: 'stale-answers',
      severity: 'warn',
      text: `serves ${percent(staleShare)} from expired records: what is above it does not answer in time`,
    })
  if ((rates?.reloadsFailed ?? 0) > 0)
    findings.push({
      code: 'reload-failed',
      severity: 'warn',
      text: 'refused a new Corefile and kept the one before',
    })
  if (restartedAt !== undefined)
    findings.push({ code: 'restarted', severity: 'info', text: 'was started anew', at: restartedAt })
  if (reloadedAt !== undefined)
    findings.push({ code: 'reloaded', severity: 'info', text: 'took another Corefile', at: reloadedAt })
  return findings
}
