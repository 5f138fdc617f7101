import { minorOf } from '../objects/resource-table'
import { jsonAnswer, pageNotFound, textAnswer } from './status'
import type { ApiAnswer, RequestInfo } from './types'

const HOOKS = [
  'start-apiserver-admission-initializer',
  'generic-apiserver-start-informers',
  'priority-and-fairness-config-consumer',
  'priority-and-fairness-filter',
  'storage-object-count-tracker-hook',
  'start-apiextensions-informers',
  'start-apiextensions-controllers',
  'crd-informer-synced',
  'start-system-namespaces-controller',
  'rbac/bootstrap-roles',
  'scheduling/bootstrap-system-priority-classes',
  'priority-and-fairness-config-producer',
  'start-cluster-authentication-info-controller',
  'start-kube-apiserver-identity-lease-controller',
  'start-legacy-token-tracking-controller',
  'aggregator-reload-proxy-client-cert',
  'start-kube-aggregator-informers',
  'apiservice-registration-controller',
  'apiservice-status-available-controller',
  'kube-apiserver-autoregistration',
]

const COMMON = ['ping', 'log', 'etcd']
const READY = ['etcd-readiness', 'informer-sync']
const AFTER = [
  ...HOOKS.map(hook => `poststarthook/${hook}`),
  'autoregister-completion',
  'poststarthook/apiservice-openapi-controller',
]

/** Checks of `/livez`, `/readyz` or `/healthz`, in the order in which a server prints them. */
function checkNames(endpoint: string): string[] {
  return endpoint === 'readyz' ? [...COMMON, ...READY, ...AFTER, 'shutdown'] : [...COMMON, ...AFTER]
}

/** `/livez`, `/readyz` and `/healthz`, with `?verbose`, `?exclude=` and the paths of single checks. */
export function healthAnswer(info: RequestInfo, failed: readonly string[]): ApiAnswer {
  const [endpoint = '', ...rest] = info.path.slice(1).split('/')
  const one = rest.join('/')
  const all = checkNames(endpoint)
  if (one && !all.includes(one)) return pageNotFound()
  const excluded = info.query.getAll('exclude')
  const checks = (one ? [one] : all).filter(name => !excluded.includes(name))
  const broken = checks.filter(name => failed.includes(name))
  const lines = checks.map(name =>
    broken.includes(name) ? `[-]${name} failed: reason withheld` : `[+]${name} ok`,
  )
  const nosniff = { 'x-content-type-options': 'nosniff', 'cache-control': 'no-cache, private' }
  if (broken.length > 0)
    return textAnswer(500, `${lines.join('\n')}\n${one || endpoint} check failed\n`, nosniff)
  if (info.query.has('verbose'))
    return textAnswer(200, `${lines.join('\n')}\n${endpoint} check passed\n`, nosniff)
  return textAnswer(200, 'ok', nosniff)
}

export function versionAnswer(version: string): ApiAnswer {
  const minor = minorOf(version)
  return jsonAnswer(200, {
    major: '1',
    minor: String(minor),
    gitVersion: version,
    gitCommit: '0000000000000000000000000000000000000000',
    gitTreeState: 'clean',
    buildDate: '2024-11-20T12:00:00Z',
    goVersion: minor >= 30 ? 'go1.22.8' : 'go1.21.13',
    compiler: 'gc',
    platform: 'linux/amd64',
  })
}
