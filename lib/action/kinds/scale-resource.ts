import { jsonBody } from '../ask-cluster'
import { asRecord } from '../saved-object'
import type { ScaleResource } from '../types'
import { objectStep } from './change-step'
import type { KindPlanner } from './kind-planner'
import { inWords } from './look'

/** Replicas of an object of any kind that serves the `scale` subresource: custom resources above all. */
export const scaleResource: KindPlanner<ScaleResource> = {
  tier: 2,
  title: ({ target }) => `Scale ${target.name}`,
  // Custom resources are in nobody's memory: the clusters are named.
  carriers: () => [],
  async resolve(look, { target, replicas }) {
    const { resource, namespace, name } = target
    const [plural = '', version = '', ...group] = resource.split('.')
    const path = `/apis/${group.join('.')}/${version}/namespaces/${namespace}/${plural}/${name}`
    const answer = await look.get(`${path}/scale`)
    if (answer?.status === 404)
      return { leftOut: `no ${resource} ${namespace}/${name} there that can be scaled` }
    const scale = answer?.status === 200 ? jsonBody(answer) : undefined
    const { uid } = asRecord(scale?.metadata)
    if (typeof uid !== 'string') return { leftOut: `its scale could not be read: ${inWords(answer)}` }
    // A scale of nought leaves the field out.
    const wanted = asRecord(scale?.spec).replicas
    const now = typeof wanted === 'number' ? wanted : 0
    if (now === replicas) return { leftOut: `it has ${replicas} replicas already` }
    const where = `${resource} ${namespace}/${name}`
    const step = objectStep(
      'scale-resource',
      { kind: plural, namespace, name, uid, path },
      { path: '/spec/replicas', from: now, to: replicas },
      {
        text: `Scale ${where} from ${now} to ${replicas} replicas`,
        undoText: `Scale ${where} back from ${replicas} to ${now} replicas`,
      },
      '/scale',
    )
    const notes = [
      'Whether its controller follows is not known to Holdfast: it is done when it reads as written.',
    ]
    return { steps: [step], notes, seenAt: look.now() }
  },
  undoStatement: () => 'Undo scales it back on each cluster to the replicas that it had there.',
}
