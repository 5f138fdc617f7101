// The one detached process of a run: parent of etcd, API server, controller manager and CoreDNS, and stand-in for
// the kubelets. Started by start-control-plane.ts with the data folder as its only argument.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Api } from './api'
import { corefilePath } from './dns-servers'
import { apiServerFlags, controllerManagerFlags, etcdFlags } from './flags'
import { readTarget } from './kubeconfig'
import { renewNodeLeases } from './node-leases'
import { runPaths } from './paths'
import { runPods } from './pods'
import { identify, isAlive, runEnvironment } from './process-identity'
import { eraseRunFolder, readRun } from './run-record'
import { type PidFile, type Program, Supervised } from './supervised'

const graceMs = 4000

const paths = runPaths(process.argv[2] ?? '')
const record = readRun(paths)
const self = identify(process.pid)
if (!record || !self) throw new Error(`no run in ${paths.dir}`)
const own: PidFile = { name: 'supervisor', ...self, restarts: 0 }
writeFileSync(join(paths.pids, 'supervisor.json'), JSON.stringify(own))

const { binaries, runId, memoryLimitMiB, ports, settings } = record

function program(name: string, args: string[], memoryShare: number): Program {
  const limit = `${Math.round(memoryLimitMiB * memoryShare)}MiB`
  return { name, file: join(binaries, name), args, env: runEnvironment(runId, { GOMEMLIMIT: limit }) }
}

/** The controller manager ends at once when it meets a server that is not ready: it waits for the first time. */
async function startWhenReady(program: Supervised): Promise<void> {
  while (!ending.signal.aborted) {
    const ready = await kubelets.request('GET', '/readyz', { timeoutMs: 5000 }).then(
      reply => reply.status === 200,
      () => false, // Not listening yet.
    )
    if (ready) return program.start()
    await sleep(250, undefined, { signal: ending.signal }).catch(() => {})
  }
}

const programs = [
  program('etcd', etcdFlags(paths, ports), 0.2),
  program('kube-apiserver', apiServerFlags(paths, ports, settings), 0.65),
].map(one => new Supervised(one, paths))
const controllerManager = new Supervised(
  program('kube-controller-manager', controllerManagerFlags(paths, ports, settings), 0.15),
  paths,
)

const dnsServers = (record.dns ?? []).map(({ name, binary }) => {
  const env = runEnvironment(runId, { GOMEMLIMIT: '128MiB' })
  return new Supervised({ name, file: binary.file, args: ['-conf', corefilePath(paths, name)], env }, paths)
})

const ending = new AbortController()
for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, () => ending.abort())

// Such as a data folder that was removed under it: whatever it meets, it may not leave its children behind.
process.on('uncaughtException', error => {
  console.error(error)
  process.exitCode = 1
  ending.abort()
})

const kubelets = new Api(readTarget(join(paths.pki, 'kubelets.kubeconfig'), 'kubelets'), 12)
for (const one of [...programs, ...dnsServers]) one.start()
const standIns = [
  startWhenReady(controllerManager),
  runPods(kubelets, record.nodes, ending.signal),
  renewNodeLeases(kubelets, record.nodes, ending.signal),
]

while (!ending.signal.aborted) {
  await sleep(1000, undefined, { signal: ending.signal }).catch(() => {})
  // The tests that own this run may be killed, or its folder removed: it must not outlive them.
  const orphaned = record.owner !== undefined && !isAlive(record.owner)
  const disowned = readRun(paths)?.runId !== record.runId
  if (orphaned || disowned) ending.abort()
}

await kubelets.close()
await Promise.all([
  ...standIns,
  ...[...programs, controllerManager, ...dnsServers].map(one => one.stop(graceMs)),
])
if (record.owner && !isAlive(record.owner)) eraseRunFolder(paths)
