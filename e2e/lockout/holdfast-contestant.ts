import diagnostics from 'node:diagnostics_channel'
import { rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { stringify } from 'yaml'
import type { Engine } from '../../lib/engine/engine'
import { startEngine } from '../../lib/engine/start-engine'
import type { EmbeddedPostgres } from '../../lib/store/embedded-postgres'
import type { ActionPostInput } from '../../lib/wire/action-request'
import { telemetry } from '../controlplane/workloads'
import { startDatabase } from '../integration/support/database'
import { temporaryFolder } from '../integration/support/temporary-folder'
import { until } from '../integration/support/until'
import type { Contestant } from './contestant'
import type { Laboratory } from './laboratory'

const person = { name: 'responder', role: 'commander', via: 'token', id: 'race' } as const
const reason = 'its agents lock everybody out of this cluster'

const agents = { kind: 'ServiceAccount', ...telemetry } as const

/** What a responder may send, all at once where there are several. */
const ATTEMPTS = {
  'holdfast-remove': [{ kind: 'remove-service', target: { kind: 'DaemonSet', ...telemetry } }],
  'holdfast-mute': [{ kind: 'mute-caller', target: agents, minutes: 30 }],
  'holdfast-revoke': [{ kind: 'revoke-caller', target: agents }],
  'holdfast-mute-and-remove': [
    { kind: 'mute-caller', target: agents, minutes: 30 },
    { kind: 'remove-service', target: { kind: 'DaemonSet', ...telemetry } },
  ],
} satisfies Record<string, ActionPostInput[]>

export type HoldfastContestant = keyof typeof ATTEMPTS

/** Holdfast's own engine, watching since before the incident: plan, confirm, shots. */
export function holdfastContestant(
  name: HoldfastContestant,
  laboratory: Laboratory,
): Contestant & { notes(): Record<string, unknown> } {
  let dir: string | undefined
  let database: EmbeddedPostgres | undefined
  let engine: Engine | undefined
  const actionIds: string[] = []
  const notes: Record<string, unknown> = {}
  const requests = countRequests()

  async function send(post: ActionPostInput): Promise<void> {
    if (!engine) throw new Error('not prepared')
    const plan = await engine.actions.plan({ ...post, reason }, person)
    const blocked = plan.guards.find(({ verdict }) => verdict === 'block')
    if (blocked) throw new Error(`the plan is blocked: ${blocked.text}`)
    actionIds.push(plan.id)
    await engine.actions.confirm(
      plan.id,
      { digest: plan.digest, typedName: plan.target.name, reason },
      person,
    )
  }

  return {
    name,
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
      await Promise.all(ATTEMPTS[name].map(post => send(post)))
      notes.confirmedAfterSeconds = Number(((performance.now() - startedAt) / 1000).toFixed(3))
    },
    async effort() {
      const actions = await Promise.all(actionIds.map(id => engine?.actions.get(id)))
      const shots = actions.flatMap(action => action?.shots ?? [])
      return { attempts: shots.reduce((sum, { attempts }) => sum + attempts, 0), requests: requests.count() }
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
