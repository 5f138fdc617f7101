import type { Api } from '../controlplane/api'
import { serviceObjects } from './laboratory'

const flowControl = '/apis/flowcontrol.apiserver.k8s.io'

interface WatchEvent {
  type?: unknown
  object?: unknown
}

/** When each object of the telemetry service was seen to go, milliseconds of performance.now(). */
export interface Writes {
  deletedAt?: number
  revokedAt?: number
  /** A FlowSchema that was not there before. */
  mutedAt?: number
}

/**
 * Notes when a contestant's writes were admitted, from outside and for all in the same way: by watches of an exempt
 * identity that are open before anything is done.
 */
export async function watchWrites(api: Api, signal: AbortSignal): Promise<Writes> {
  const writes: Writes = {}
  const [daemonSets, bindings] = serviceObjects
  const follow = async (
    object: { collection: string; name?: string },
    isIt: (event: WatchEvent) => boolean,
    note: (at: number) => void,
  ) => {
    const list = await api.expect('GET', `${object.collection}?limit=1`)
    const { resourceVersion } = list.metadata as { resourceVersion: string }
    const selector = object.name ? `&fieldSelector=metadata.name%3D${object.name}` : ''
    const query = `watch=true${selector}&resourceVersion=${resourceVersion}`
    void (async () => {
      for await (const event of api.lines(`${object.collection}?${query}`, signal)) {
        if (isIt(event)) note(performance.now())
      }
    })().catch(error => {
      if (!signal.aborted) console.error(`a watch ended: ${(error as Error).message}`)
    })
  }
  const isGone = ({ type, object }: WatchEvent) =>
    type === 'DELETED' ||
    (object as { metadata?: { deletionTimestamp?: string } }).metadata?.deletionTimestamp !== undefined
  await follow(daemonSets, isGone, at => {
    writes.deletedAt ??= at
  })
  await follow(bindings, isGone, at => {
    writes.revokedAt ??= at
  })
  const { preferredVersion } = await api.expect('GET', flowControl)
  const { version } = preferredVersion as { version: string }
  const schemas = { collection: `${flowControl}/${version}/flowschemas` }
  await follow(
    schemas,
    ({ type }) => type === 'ADDED',
    at => {
      writes.mutedAt ??= at
    },
  )
  return writes
}
