import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { Api } from '../controlplane/api'
import { readKubeconfig, type Target } from '../controlplane/kubeconfig'
import { openSession, type Session } from './session'
import type { ContractTarget } from './target'

const main = fileURLToPath(new URL('../../lib/simulator/main.ts', import.meta.url))
// In a calm fleet the telemetry service is not there yet: this one lists all pods too, and harms nobody.
const collector = { namespace: 'monitoring', name: 'kube-state-metrics' }
const breakGlass = '-break-glass'
const candidates = 12

/** A small cluster of a calm simulated fleet, whose release knows flow control in v1 or only in a version before. */
export const simulator = (knowsV1: boolean): ContractTarget => ({
  name: `simulated API server ${knowsV1 ? 'from' : 'before'} 1.29`,
  authorises: true,
  open: async () => {
    const dir = mkdtempSync(join(tmpdir(), 'holdfast-contract-'))
    const child = spawn(
      process.execPath,
      ['--import', import.meta.resolve('tsx'), main, '--data', dir, '--scenario', 'calm', '--speed', '20'],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    )
    try {
      const session = await openSmallest(await readyKubeconfig(child), dir, knowsV1)
      return {
        ...session,
        close: async () => {
          await session.close()
          await end(child, dir)
        },
      }
    } catch (error) {
      await end(child, dir)
      throw error
    }
  },
})

async function readyKubeconfig(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('the simulator has no standard output')
  for await (const line of createInterface({ input: child.stdout })) {
    const { kubeconfig } = JSON.parse(line) as { kubeconfig: string }
    return kubeconfig
  }
  throw new Error('the simulator ended before it was ready')
}

async function openSmallest(path: string, dir: string, knowsV1: boolean): Promise<Session> {
  const kubeconfig = readKubeconfig(path)
  const names = kubeconfig.contexts.filter(name => !name.endsWith(breakGlass)).slice(0, candidates)
  const sizes = await Promise.all(names.map(name => lookAt(name, kubeconfig.target(name))))
  const [smallest] = sizes.filter(each => each.knowsV1 === knowsV1).sort((a, b) => a.nodes - b.nodes)
  if (!smallest) throw new Error(`${path} has no context of such a release`)
  // One API server's own address: behind the balancer each scrape of /metrics may come from another one.
  const server = ownAddress(dir, smallest.name)
  const ordinary = { ...kubeconfig.target(smallest.name), server }
  const tokens = JSON.parse(readFileSync(join(dir, 'tokens.json'), 'utf8')) as Record<string, string>
  return openSession(
    {
      ordinary,
      telemetry: {
        ...ordinary,
        client: undefined,
        token: tokens[`${collector.namespace}/${collector.name}`],
      },
      breakGlass: { ...kubeconfig.target(`${smallest.name}${breakGlass}`), server },
    },
    { nodes: smallest.nodes, collector, countsWithinMs: 10_000 },
    {
      halt: () => holdControllers(dir, smallest.name, 1),
      resume: () => holdControllers(dir, smallest.name, 0),
    },
  )
}

async function holdControllers(dir: string, cluster: string, share: 0 | 1): Promise<void> {
  const { url, token } = JSON.parse(readFileSync(join(dir, 'control.json'), 'utf8')) as Record<string, string>
  const reply = await fetch(`${url}/levers/controller-manager-down`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ cluster, share }),
  })
  if (!reply.ok) throw new Error(`the lever answered ${reply.status}: ${await reply.text()}`)
}

function ownAddress(dir: string, name: string): string {
  const config = parse(readFileSync(join(dir, 'holdfast.yaml'), 'utf8')) as {
    clusters: { name: string; apiServers: string[] }[]
  }
  const address = config.clusters.find(cluster => cluster.name === name)?.apiServers[0]
  if (!address) throw new Error(`holdfast.yaml names no API server of ${name}`)
  return address
}

async function lookAt(name: string, target: Target) {
  const api = new Api(target, 1)
  try {
    const { metadata } = await api.expect('GET', '/api/v1/nodes?limit=1')
    const { gitVersion } = await api.expect('GET', '/version')
    const nodes = ((metadata as { remainingItemCount?: number }).remainingItemCount ?? 0) + 1
    return { name, nodes, knowsV1: Number(/^v1\.(\d+)/.exec(String(gitVersion))?.[1]) >= 29 }
  } finally {
    await api.close()
  }
}

async function end(child: ChildProcess, dir: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const gone = new Promise<void>(resolve => child.once('exit', () => resolve()))
    child.kill('SIGTERM')
    await gone
  }
  rmSync(dir, { recursive: true, force: true })
}
