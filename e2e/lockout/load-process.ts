// The telemetry service's agents, in a process of their own so that their reading does not slow whoever measures.
// Ends with its parent: when the channel to it closes, however that happens.
import { setTimeout as sleep } from 'node:timers/promises'
import { Api } from '../controlplane/api'
import { readTarget } from '../controlplane/kubeconfig'
import { type AgentReport, runAgent } from './agent'
import type { LoadOptions, LoadTick, ToLoad } from './load-options'

const tickMs = 500
const options = JSON.parse(process.argv[2] ?? '') as LoadOptions
const target = readTarget(options.kubeconfigPath, options.context)
if (!/^https:\/\/(127\.\d+\.\d+\.\d+|\[::1\]|localhost)(:|$)/.test(target.server)) {
  throw new Error(`${target.server} is not on loopback: this load is for a laboratory alone`)
}
if (!process.send) throw new Error('a parent is wanted, over an IPC channel')

const agents = new Map<string, AbortController>()
const outcomes: Record<string, number> = {}
let asking = 0
let bytes = 0
let served: number[] = []

function startAgent(name: string): void {
  if (agents.has(name) || agents.size >= options.mostAgents) return
  const life = new AbortController()
  agents.set(name, life)
  let isAsking = false
  const report: AgentReport = {
    asks() {
      asking += 1
      isAsking = true
    },
    ends(outcome, seconds) {
      asking -= 1
      isAsking = false
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
      if (outcome === '200') served.push(seconds)
    },
    bytes(count) {
      bytes += count
    },
  }
  void runAgent({ ...options, target }, report, life.signal).finally(() => {
    if (isAsking) asking -= 1
  })
}

function endAgent(name: string): void {
  agents.get(name)?.abort()
  agents.delete(name)
}

function setCallers(count: number): void {
  for (const name of [...agents.keys()].slice(count)) endAgent(name)
  for (let i = agents.size; i < count; i++) startAgent(`caller-${i}`)
}

interface PodEvent {
  type: string
  object: { metadata: { uid: string; resourceVersion: string }; status?: { phase?: string } }
}

/** Agents live and die with their pods, as the processes in them do. */
async function followPods({ context, namespace, selector }: NonNullable<LoadOptions['pods']>): Promise<void> {
  const api = new Api(readTarget(options.kubeconfigPath, context), 2)
  const path = `/api/v1/namespaces/${namespace}/pods?labelSelector=${encodeURIComponent(selector)}`
  for (;;) {
    try {
      const list = (await api.expect('GET', path)) as {
        metadata: { resourceVersion: string }
        items: PodEvent['object'][]
      }
      const live = new Set(list.items.filter(isRunning).map(pod => pod.metadata.uid))
      for (const name of [...agents.keys()]) if (!live.has(name)) endAgent(name)
      for (const uid of live) startAgent(uid)
      const watch = `${path}&watch=true&resourceVersion=${list.metadata.resourceVersion}`
      for await (const event of api.lines(watch, new AbortController().signal)) {
        const { type, object } = event as unknown as PodEvent
        if (type === 'ERROR') break
        if (type === 'DELETED') endAgent(object.metadata.uid)
        else if (isRunning(object)) startAgent(object.metadata.uid)
      }
    } catch (error) {
      console.error(`pods of the load cannot be followed: ${(error as Error).message}`)
    }
    await sleep(500)
  }
}

const isRunning = (pod: PodEvent['object']) => pod.status?.phase === 'Running'

process.on('disconnect', () => process.exit(0))
// The terminal tells the whole group; the parent says when.
process.on('SIGINT', () => {})
process.on('message', (message: ToLoad) => {
  if (message.type === 'stop') process.exit(0)
  setCallers(Math.min(message.count, options.mostAgents))
})
setInterval(() => {
  const tick: LoadTick = { agents: agents.size, asking, outcomes, bytes, served }
  process.send?.(tick)
  served = []
}, tickMs)
if (options.pods) void followPods(options.pods)
