import type { Api } from '../controlplane/api'
import { serviceObjects } from './laboratory'

/** When each object of the telemetry service was seen to go, milliseconds of performance.now(). */
export interface Writes {
  deletedAt?: number
  revokedAt?: number
}

/**
 * Notes when a contestant's writes were admitted, from outside and for all in the same way: by watches of an exempt
 * identity that are open before anything is done.
 */
export async function watchWrites(api: Api, signal: AbortSignal): Promise<Writes> {
  const writes: Writes = {}
  const [daemonSets, bindings] = serviceObjects
  const follow = async (object: { collection: string; name: string }, note: (at: number) => void) => {
    const list = await api.expect('GET', `${object.collection}?limit=1`)
    const { resourceVersion } = list.metadata as { resourceVersion: string }
    const query = `watch=true&fieldSelector=metadata.name%3D${object.name}&resourceVersion=${resourceVersion}`
    void (async () => {
      for await (const event of api.lines(`${object.collection}?${query}`, signal)) {
        const { metadata } = event.object as { metadata?: { deletionTimestamp?: string } }
        if (event.type === 'DELETED' || metadata?.deletionTimestamp) note(performance.now())
      }
    })().catch(error => {
      if (!signal.aborted) console.error(`a watch ended: ${(error as Error).message}`)
    })
  }
  await follow(daemonSets, at => {
    writes.deletedAt ??= at
  })
  await follow(bindings, at => {
    writes.revokedAt ??= at
  })
  return writes
}
