import { rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { stringify } from 'yaml'
import type { Engine } from '../../../lib/engine/engine'
import { startEngine } from '../../../lib/engine/start-engine'
import type { ActionPostInput } from '../../../lib/wire/action-request'
import type { ActionDto } from '../../../lib/wire/actions'
import { Api } from '../../controlplane/api'
import { readTarget } from '../../controlplane/kubeconfig'
import { type ControlPlane, startControlPlane } from '../../controlplane/start-control-plane'
import { startDatabase } from './database'
import { temporaryFolder } from './temporary-folder'
import { until } from './until'

const person = { name: 'test person', role: 'commander', via: 'token', id: 'test' } as const
const reason = 'its agents are not needed in this test'

/** A real control plane, and Holdfast's engine watching it by its ordinary and its break-glass identity. */
export interface RealHoldfast {
  controlPlane: ControlPlane
  engine: Engine
  /** The break-glass identity, for what the test asks by itself. */
  api: Api
  /** Plans and confirms; the plan must not be blocked. */
  carryOut(post: DistributiveOmit<ActionPostInput, 'reason'>): Promise<ActionDto>
  undo(id: string): Promise<ActionDto>
  plan(post: DistributiveOmit<ActionPostInput, 'reason'>): Promise<ActionDto>
  confirm(plan: ActionDto): Promise<void>
  /** The action as soon as it is like that. @throws with its shots when it is not within four minutes */
  actionOnce(id: string, what: string, is: (action: ActionDto) => boolean): Promise<ActionDto>
  stop(): Promise<void>
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never

/**
 * @param nodes that are registered; each has a ready telemetry agent
 * @param config of holdfast.yaml besides the cluster
 */
export async function startRealHoldfast(
  nodes: number,
  config: Record<string, unknown> = {},
): Promise<RealHoldfast> {
  const dir = await temporaryFolder('real')
  const ends: (() => Promise<unknown>)[] = [() => rm(dir, { recursive: true, force: true })]
  const stop = async () => {
    for (const end of ends.toReversed()) await end()
  }
  try {
    const controlPlane = await startControlPlane({
      dir: path.join(dir, 'cluster'),
      nodes,
      allowBuild: false,
      controllerQps: 100,
      tiedToThisProcess: true,
    })
    ends.push(() => controlPlane.stop())
    const api = new Api(readTarget(controlPlane.operatorKubeconfigPath, 'break-glass'), 4)
    ends.push(() => api.close())
    const configPath = path.join(dir, 'holdfast.yaml')
    await writeFile(
      configPath,
      stringify({
        apiVersion: 'holdfast.dev/v1',
        kubeconfigs: [controlPlane.operatorKubeconfigPath],
        contexts: { include: ['ordinary'] },
        clusters: [{ context: 'ordinary', name: 'real', breakGlass: { context: 'break-glass' } }],
        // Here is one person only.
        policy: { secondPerson: 'never' },
        ...config,
      }),
    )
    const database = await startDatabase(path.join(dir, 'holdfast'))
    ends.push(() => database.stop())
    const engine = await startEngine({ databaseUrl: database.url, configPath, kubeconfigPaths: [] })
    ends.push(() => engine.stop())
    return { controlPlane, api, engine, stop, ...verbsOf(engine) }
  } catch (error) {
    await stop()
    throw error
  }
}

function verbsOf(engine: Engine) {
  const plan: RealHoldfast['plan'] = post => engine.actions.plan({ ...post, reason }, person)
  const confirm: RealHoldfast['confirm'] = async ({ id, digest, target }) => {
    await engine.actions.confirm(id, { digest, typedName: target.name, reason }, person)
  }
  return {
    plan,
    confirm,
    undo: (id: string) => engine.actions.undo(id, person),
    async carryOut(post: Parameters<typeof plan>[0]) {
      const made = await plan(post)
      const blocked = made.guards.find(({ verdict }) => verdict === 'block')
      if (blocked) throw new Error(`the plan is blocked: ${blocked.text}`)
      await confirm(made)
      return made
    },
    actionOnce: (id: string, what: string, is: (action: ActionDto) => boolean) =>
      until(
        what,
        async () => {
          const action = await engine.actions.get(id)
          return is(action) ? action : undefined
        },
        { withinMs: 240_000 },
      ).catch(async error => {
        throw new Error(`${error.message}: ${JSON.stringify((await engine.actions.get(id)).shots)}`)
      }),
  }
}
