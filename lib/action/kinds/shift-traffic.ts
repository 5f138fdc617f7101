import { jsonBody } from '../ask-cluster'
import { findGitOpsOwner } from '../find-gitops-owner'
import { asRecord } from '../saved-object'
import { targetText } from '../target-text'
import type { BackendCapacity, ShiftTraffic } from '../types'
import { objectStep } from './change-step'
import { findObject } from './find-object'
import type { KindPlanner } from './kind-planner'
import type { Look } from './look'
import { type Backend, backendsOf, shareOf, shiftWeights } from './route-weights'

const HTTP_ROUTE = {
  group: 'gateway.networking.k8s.io',
  versions: ['v1', 'v1beta1'],
  plural: 'httproutes',
} as const
const SERVICE_NAME = 'kubernetes.io/service-name'
/** Backends of a route are few; more than this are not asked about. */
const MOST_BACKENDS = 8

/** Weights of a Gateway API route, so that one backend gets more or less of what comes in. */
export const shiftTraffic: KindPlanner<ShiftTraffic> = {
  tier: 1,
  title: ({ target }) => `Shift traffic of ${target.name}`,
  // Routes are in nobody's memory: the clusters are named.
  carriers: () => [],
  async resolve(look, { target, to, percent }) {
    const found = await findObject(look, HTTP_ROUTE, target)
    if ('leftOut' in found) return found
    const rules = found.spec.rules
    const shifted = shiftWeights(rules, to, percent)
    if ('leftOut' in shifted) return shifted
    const before = backendsOf(rules, to)
    const after = backendsOf(shifted.rules, to)
    const was = Math.round(shareOf(before, to) * 100)
    const step = objectStep(
      'set-weights',
      found,
      { path: '/spec/rules', from: rules, to: shifted.rules },
      {
        text: `Give ${to} ${percent} % of ${targetText(target)}, where it had ${was} %`,
        undoText: `Give ${to} the ${was} % of ${targetText(target)} that it had`,
      },
    )
    return {
      steps: [step],
      notes: shifted.notes,
      gitOps: findGitOpsOwner(found.labels, found.annotations),
      capacity: await capacityOf(look, target.namespace, to, before, after),
      seenAt: found.seenAt,
    }
  },
  undoStatement: () => 'Undo gives every backend the weight that it had on each cluster.',
}

/** What each ready endpoint carries now and afterwards; without the reads the shares stay unknown. */
async function capacityOf(
  look: Look,
  namespace: string,
  to: string,
  before: readonly Backend[],
  after: readonly Backend[],
): Promise<BackendCapacity> {
  const ready = new Map<string, number | undefined>()
  for (const { namespace: own = namespace, name } of before.slice(0, MOST_BACKENDS))
    ready.set(name, await readyEndpoints(look, own, name))
  const carried = before.flatMap(({ name }) => {
    const endpoints = ready.get(name)
    return endpoints ? [shareOf(before, name) / endpoints] : []
  })
  const own = ready.get(to)
  return {
    backend: to,
    ready: own,
    each: own ? shareOf(after, to) / own : undefined,
    mostNow: carried.length > 0 ? Math.max(...carried) : undefined,
  }
}

/** Endpoints that take traffic; `ready` may be left out, which means yes (discovery/v1 EndpointConditions). */
async function readyEndpoints(look: Look, namespace: string, service: string): Promise<number | undefined> {
  const query = new URLSearchParams({ labelSelector: `${SERVICE_NAME}=${service}`, limit: '100' })
  const base = `/apis/discovery.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/endpointslices`
  const answer = await look.get(`${base}?${query}`)
  const body = answer?.status === 200 ? jsonBody(answer) : undefined
  const items = body?.items === null ? [] : body?.items
  if (!Array.isArray(items)) return undefined
  const endpoints = items.flatMap(item => {
    const { endpoints: own } = asRecord(item)
    return Array.isArray(own) ? own.map(asRecord) : []
  })
  return endpoints.filter(one => asRecord(one.conditions).ready !== false).length
}
