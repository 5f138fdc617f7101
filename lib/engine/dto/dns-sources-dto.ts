import type { AgentReplica } from '../../dns/agent/types'
import type { LivePathView } from '../../dns/fuse/types'
import type { DnsServerView } from '../../dns/metrics/types'
import type { UpstreamFailure } from '../../dns/model/stale-fate'
import { viewLivePath } from '../../dns/probe/live-path'
import { SOURCE_VALID_MS } from '../../dns/probe/merge-live-paths'
import type { DnsSourceDto } from '../../wire/dns-sources'
import { isoOrNull } from './times'

const FAILURES: Record<UpstreamFailure, string> = {
  servfail: 'SERVFAIL: CoreDNS has restarted without its API server',
  nxdomain: 'names that exist are denied',
  silent: 'no answer',
  refused: 'refused: CoreDNS waits for its API server',
}

/** How long a restart is worth showing. */
const SHOWN_MS = 3_600_000

const plural = (count: number, word: string) => `${count} ${word}${count === 1 ? '' : 's'}`
const figure = (n: number) => (n >= 10 ? Math.round(n).toLocaleString('en') : n.toPrecision(2))
const percent = (share: number) => `${(share * 100).toFixed(share > 0.995 || share < 0.01 ? 1 : 0)} %`

/** What the probe from here says; `view` is undefined before its first round. */
export function probeSource(resolvers: number, view: LivePathView | undefined, now: number): DnsSourceDto {
  return {
    origin: 'probe',
    name: plural(resolvers, 'resolver'),
    state: view ? (isOld(view.at, now) ? 'silent' : view.state) : 'waiting',
    at: isoOrNull(view?.at),
    failingSince: isoOrNull(view?.failingSince),
    text: view ? wordsOf(view, 'from here') : 'asked for the first time within 12 s',
    findings: [],
  }
}

/** What one replica of the agent says. */
export function agentSource(agent: AgentReplica, now: number): DnsSourceDto {
  const { replica, heardAt, resolvers, livePath, skewMs, readings } = agent
  const view = viewLivePath(livePath)
  const old = isOld(heardAt, now)
  const left = readings.filter(({ ttlSeconds }) => ttlSeconds !== null).length
  return {
    origin: 'agent',
    name: replica,
    state: old ? 'silent' : (view?.state ?? 'waiting'),
    at: isoOrNull(heardAt),
    failingSince: isoOrNull(view?.failingSince),
    text: old
      ? 'tells nothing any more; that is no failure of DNS'
      : `${view ? wordsOf(view, 'inside the cluster') : 'has asked nothing yet'}, ${plural(resolvers, 'resolver')}`,
    findings: [
      ...(readings.length > 0 ? [`at T0 ${left} of ${readings.length} copies of names were left`] : []),
      ...(Math.abs(skewMs) > 5_000
        ? [`its clock is ${Math.round(Math.abs(skewMs) / 1000)} s ${skewMs > 0 ? 'behind' : 'ahead'}`]
        : []),
    ],
  }
}

/** What one CoreDNS or node cache says of itself. */
export function metricsSource(view: DnsServerView, now: number): DnsSourceDto {
  const { address, kind, at, failure, version, rates, findings } = view
  const what = `${kind === 'coredns' ? 'CoreDNS' : 'node cache'}${version ? ` ${version}` : ''}`
  const figures = [
    rates?.lookupsPerSecond === undefined ? '' : `${figure(rates.lookupsPerSecond)} lookups/s`,
    rates?.hitShare === undefined
      ? ''
      : `${percent(rates.hitShare)} from its cache${rates.hitShare > 0 && (rates.servfailShare ?? 0) > 0 ? ', errors among them' : ''}`,
    rates?.staleShare ? `${percent(rates.staleShare)} expired` : '',
    rates?.servfailShare === undefined ? '' : `${percent(rates.servfailShare)} SERVFAIL`,
  ].filter(Boolean)
  const isBad = findings.some(({ severity }) => severity === 'critical')
  return {
    origin: 'metrics',
    name: shortAddress(address),
    state:
      at === undefined
        ? failure
          ? 'unreachable'
          : 'waiting'
        : isOld(at, now)
          ? 'silent'
          : isBad
            ? 'failing'
            : 'answering',
    at: isoOrNull(at),
    failingSince: null,
    text:
      at === undefined
        ? (failure ?? 'read for the first time within 20 s')
        : [what, ...figures, failure ? `now: ${failure}` : ''].filter(Boolean).join(', '),
    findings: findings.filter(({ at = now }) => now - at < SHOWN_MS).map(({ text }) => text),
  }
}

function wordsOf(view: LivePathView, where: string): string {
  if (view.state === 'failing') return `${FAILURES[view.failure ?? 'silent']}, asked ${where}`
  return view.state === 'answering'
    ? `CoreDNS answers, asked ${where}`
    : `nothing has ever answered, asked ${where}`
}

const isOld = (at: number, now: number) => now - at > SOURCE_VALID_MS

/** Host and port: the path is the same everywhere. */
function shortAddress(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url.slice(0, 80)
}
