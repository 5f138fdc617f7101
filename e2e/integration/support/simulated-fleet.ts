import { type ChildProcess, spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { createInterface } from 'node:readline'

const root = path.resolve(import.meta.dirname, '../../..')

/** What the model says of itself, as far as tests ask. */
export interface Truth {
  simAt: number
  events: { kind: string; cluster: string }[]
  clusters: { name: string; agents: number; nodes: number }[]
}

/** A simulated fleet in a process of its own, which outlives every Holdfast that watches it. */
export interface SimulatedFleet {
  configPath: string
  kubeconfigPath: string
  controlPath: string
  setClock(change: { speed?: number; paused?: boolean }): Promise<void>
  truth(): Promise<Truth>
  stop(): Promise<void>
}

export async function startSimulatedFleet(
  dataDir: string,
  { scenario, speed, hands = 'none' }: { scenario: string; speed: number; hands?: 'none' | 'historical' },
): Promise<SimulatedFleet> {
  const child = spawn(
    process.execPath,
    [
      ...['--import', 'tsx', 'lib/simulator/main.ts', '--data', dataDir, '--scenario', scenario],
      ...['--speed', String(speed), '--seed', '1', '--hands', hands],
    ],
    { cwd: root, stdio: ['pipe', 'pipe', 'inherit'] },
  )
  const ready = JSON.parse(await firstLine(child)) as { kubeconfig: string; config: string }
  const controlPath = path.join(dataDir, 'control.json')
  const { url, token } = JSON.parse(await readFile(controlPath, 'utf8')) as { url: string; token: string }
  const call = async (method: string, what: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(new URL(what, url), {
      method,
      headers: { authorization: `Bearer ${token}` },
      body: body === undefined ? undefined : JSON.stringify(body),
    })
    if (!response.ok)
      throw new Error(`${method} ${what} answered ${response.status}: ${await response.text()}`)
    return response.json()
  }
  return {
    configPath: ready.config,
    kubeconfigPath: ready.kubeconfig,
    controlPath,
    setClock: async change => void (await call('POST', '/clock', change)),
    truth: async () => (await call('GET', '/truth')) as Truth,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      const gone = new Promise(resolve => child.once('exit', resolve))
      child.kill('SIGTERM')
      await gone
    },
  }
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout) for await (const line of createInterface({ input: child.stdout })) return line
  throw new Error(`the simulator ended (${child.signalCode ?? child.exitCode}) before it was ready`)
}
