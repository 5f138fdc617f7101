import { asArray, asObject, asString } from '../objects/json'
import { resourceById } from '../objects/resource-table'
import { stableHash } from '../objects/stable-hash'
import type { KubeObject } from '../objects/types'
import type { SimulatedCluster } from './cluster'
import { TEMPLATE_GENERATION } from './record-revision'

interface Change {
  typeId: string
  namespace: (cluster: SimulatedCluster) => string
  name: (cluster: SimulatedCluster) => string
  version: string
  /** Seconds from the scenario's start over which it goes through the fleet. */
  from: number
  to: number
}

/** What else is rolled out in the same hour and harms nobody, so that a suspect has to be told from bystanders. */
const CHANGES: Change[] = [
  {
    typeId: 'daemonsets.apps',
    namespace: () => 'logging',
    name: () => 'log-shipper',
    version: '2.4.1',
    from: 60,
    to: 1500,
  },
  {
    typeId: 'deployments.apps',
    namespace: ({ model }) => model.product,
    name: ({ model }) => `${model.product}-gateway`,
    version: '2024.12.11-1',
    from: 240,
    to: 1200,
  },
]

/** Seconds at which each cluster gets each change, oldest first. */
export function innocentChanges(
  clusters: readonly SimulatedCluster[],
): { second: number; apply: () => void }[] {
  const due = CHANGES.flatMap(change =>
    clusters.map(cluster => {
      const place = stableHash(`${cluster.id}/${change.version}`) / 2 ** 32
      return {
        second: Math.round(change.from + place * (change.to - change.from)),
        apply: () => applyChange(cluster, change),
      }
    }),
  )
  return due.sort((a, b) => a.second - b.second)
}

function applyChange(cluster: SimulatedCluster, change: Change): void {
  const { store } = cluster
  const before = store.get(change.typeId, change.namespace(cluster), change.name(cluster))
  if (!before) return
  store.put(resourceById(change.typeId), withVersion(before, change.version, String(store.revision() + 1)))
}

/** The object with another image tag, as a pipeline's patch would leave it. */
export function withVersion(object: KubeObject, version: string, resourceVersion: string): KubeObject {
  const { metadata } = object
  const spec = asObject(object.spec)
  const template = asObject(spec.template)
  const podSpec = asObject(template.spec)
  const label = { 'app.kubernetes.io/version': version }
  const containers = asArray(podSpec.containers).map(container => {
    const image = asString(asObject(container).image)
    return { ...asObject(container), image: `${image.slice(0, image.lastIndexOf(':'))}:${version}` }
  })
  const templateMeta = asObject(template.metadata)
  return {
    ...object,
    metadata: {
      ...metadata,
      resourceVersion,
      generation: (metadata.generation ?? 1) + 1,
      labels: { ...metadata.labels, ...label },
      annotations: {
        ...metadata.annotations,
        'kubernetes.io/change-cause': `pipeline: ${metadata.name} ${version}`,
        ...nextTemplate(metadata.annotations),
      },
    },
    spec: {
      ...spec,
      template: {
        ...template,
        metadata: { ...templateMeta, labels: { ...asObject(templateMeta.labels), ...label } },
        spec: { ...podSpec, containers },
      },
    },
  }
}

/** API servers count the templates of DaemonSets. */
function nextTemplate(annotations: Record<string, string> = {}): Record<string, string> {
  const before = annotations[TEMPLATE_GENERATION]
  return before === undefined ? {} : { [TEMPLATE_GENERATION]: String(Number(before) + 1) }
}
