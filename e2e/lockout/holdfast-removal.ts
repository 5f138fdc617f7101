import diagnostics from 'node:diagnostics_channel'
import { rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { stringify } from 'yaml'
import type { Engine } from '../../lib/engine/engine'
import { startEngine } from '../../lib/engine/start-engine'
import type { EmbeddedPostgres } from '../../lib/store/embedded-postgres'
import { telemetry } from '../controlplane/workloads'
import { startDatabase } from '../integration/support/database'
import { temporaryFolder } from '../integration/support/temporary-folder'
import { until } from '../integration/support/until'
import type { Contestant } from './contestant'
import type { Laboratory } from './laboratory'

const person = { name: 'responder', role: 'commander', via: 'token', id: 'race' } as const
const reason = 'its agents lock everybody out of this cluster'
const target = { kind: 'DaemonSet', ...telemetry } as const

/** Holdfast's own engine, watching since before the incident: plan, confirm, shots. */
export function holdfastRemoval(laboratory: Laboratory): Contestant & { notes(): Record<string, unknown> } {
  let dir: string | undefined
  let database: EmbeddedPostgres | undefined
  let engine: Engine | undefined
  let actionId: string | undefined
  const notes: Record<string, unknown> = {}
  const requests = countRequests()

  return {
    name: 'holdfast-remove',
    notes: () => notes,
    async prepare() {
      dir = await temporaryFolder('race')
      const configPath = path.join(dir, 'holdfast.yaml')
      await writeFile(
        configPath,
        stringify({
          apiVersion: 'holdfast.dev/v1',
          kubeconfigs: [laboratory.operatorKubeconfigPath],
          contexts: { include: ['ordinary'] },
          clusters: [{ context: 'ordinary', name: 'race', breakGlass: { context: 'break-glass' } }],
        }),
      )
      database = await startDatabase(path.join(dir, 'data'))
      const started = await startEngine({ databaseUrl: database.url, configPath, kubeconfigPaths: [] })
      engine = started
      await until('Holdfast to know the cluster', () => {
        const [cluster] = started.fleet().clusters
        if (cluster?.controlPlane.state !== 'Healthy') return undefined
        const { lanes, workloads } = started.cluster(cluster.id)
        const isKnown = workloads.some(({ name }) => name === telemetry.name)
        return isKnown && lanes.every(({ state }) => state === 'open') ? true : undefined
      })
    },
    async act() {
      if (!engine) throw new Error('not prepared')
      requests.reset()
      notes.stateWhenDecided = engine.fleet().clusters[0]?.controlPlane.state
      const startedAt = performance.now()
      const plan = await engine.actions.plan({ kind: 'remove-service', target, reason }, person)
      notes.planSeconds = Number(((performance.now() - startedAt) / 1000).toFixed(3))
      const blocks = plan.guards.filter(({ verdict }) => verdict === 'block')
      if (blocks.length > 0) throw new Error(`the plan is blocked: ${blocks[0]?.text}`)
      actionId = plan.id
      const confirmation = { digest: plan.digest, typedName: telemetry.name, reason }
      await engine.actions.confirm(plan.id, confirmation, person)
    },
    async effort() {
      const action = actionId === undefined ? undefined : await engine?.actions.get(actionId)
      return {
        attempts: action?.shots.reduce((sum, { attempts }) => sum + attempts, 0) ?? 0,
        requests: requests.count(),
      }
    },
    async cleanUp() {
      requests.stop()
      await engine?.stop()
      await database?.stop()
      if (dir) await rm(dir, { recursive: true, force: true })
    },
  }
}

/** Everything that this process sends by undici but the laboratory's own questions: probes, plan and shots alike. */
function countRequests() {
  let count = 0
  const channel = 'undici:request:create'
  const note = (message: unknown) => {
    const { request } = message as { request: { headers: string | string[] } }
    if (!String(request.headers).includes('holdfast-controlplane')) count += 1
  }
  diagnostics.subscribe(channel, note)
  return {
    count: () => count,
    reset() {
      count = 0
    },
    stop: () => {
      diagnostics.unsubscribe(channel, note)
    },
  }
}
