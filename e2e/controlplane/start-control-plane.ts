import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { totalmem } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Api } from './api'
import { findBinaries } from './binaries'
import { type DnsServer, prepareDnsServers, releaseDnsServers } from './dns-servers'
import type { ServerSettings } from './flags'
import { type Identity, readTarget, writeKubeconfig } from './kubeconfig'
import { nodeGraceSeconds } from './node-leases'
import { haltProgram, resumeProgram } from './outage'
import { defaultRunFolder, type RunPaths, runPaths } from './paths'
import { type IssuedIdentities, preparePki } from './pki'
import { identify, isAlive, runEnvironment } from './process-identity'
import { claimRun, freePorts, markReady, type RunRecord, readPidFiles, readRun } from './run-record'
import { seedCluster, telemetryToken, until, untilCollectorsReady } from './seed'
import { stopControlPlane } from './stop-control-plane'

const supervisor = fileURLToPath(new URL('./supervisor.ts', import.meta.url))
const startMs = 120_000
const attempts = 3

export interface StartOptions {
  /** Data folder of the run; default: one under the cache folder, shared by all runs of the user. */
  dir?: string
  /** Registered nodes, and collectors. Default 200. */
  nodes?: number
  /** Further pods. Default 0. */
  pods?: number
  /** Services to look up, `service-0` and so on in namespace `workload`. Default 0. */
  services?: number
  /** CoreDNS processes to run beside it, on ports that are free now; asked again when one was taken. Default none. */
  dns?: (paths: RunPaths) => Promise<DnsServer[]>
  /** Kubernetes minor such as `1.37`; default: the newest that is to be had. */
  minor?: string
  allowBuild?: boolean
  /** `--max-requests-inflight` and `--max-mutating-requests-inflight` of the API server. */
  inflight?: number
  mutatingInflight?: number
  /** `--kube-api-qps` of the controller manager, which otherwise makes about ten pods a second. */
  controllerQps?: number
  /** How often the server counts its objects for /metrics. Default 10; a stock server takes 60. */
  countEverySeconds?: number
  /** Soft bound on the memory of all three programs together; default half of the machine, at most 8 GiB. */
  memoryLimitMiB?: number
  /** True: the run ends by itself when this process ends, however it ends. */
  tiedToThisProcess?: boolean
  say?: (line: string) => void
}

export interface ControlPlane {
  /** A kubeconfig with the contexts `ordinary`, `telemetry` and `break-glass`. */
  kubeconfigPath: string
  /** A kubeconfig with `ordinary` and `break-glass` alone, for Holdfast. */
  operatorKubeconfigPath: string
  version: string
  /** Takes one program down until it is resumed, as an outage does. */
  halt(program: string): Promise<void>
  resume(program: string): Promise<void>
  stop(): Promise<void>
}

/**
 * Starts a real control plane on loopback and fills it. Resolves when every collector is Ready; when
 * anything fails, everything that was started is stopped again before it rejects.
 */
export async function startControlPlane(options: StartOptions = {}): Promise<ControlPlane> {
  const say = options.say ?? (() => {})
  const paths = runPaths(resolve(options.dir ?? defaultRunFolder()))
  if (readRun(paths)) {
    throw new Error(`${paths.dir} holds a run already: end it first with \`npm run controlplane -- down\``)
  }
  const found = await findBinaries({ allowBuild: options.allowBuild ?? true, minor: options.minor, say })
  if ('missing' in found) throw new Error(`no control plane to be had: ${found.missing}`)
  say(`Kubernetes ${found.version} (${found.source}: ${found.dir})`)

  for (let attempt = 1; ; attempt += 1) {
    const dns = (await options.dns?.(paths)) ?? []
    const record = await describeRun(options, found.version, found.dir, dns)
    claimRun(paths, record)
    try {
      prepareDnsServers(paths, dns)
      await bringUp(paths, record, options, say)
      markReady(paths, record, new Date().toISOString())
      return {
        kubeconfigPath: paths.kubeconfig,
        operatorKubeconfigPath: paths.operatorKubeconfig,
        version: record.version,
        halt: program => haltProgram(program, paths.dir),
        resume: program => resumeProgram(program, paths.dir),
        stop: () => stopControlPlane(paths.dir),
      }
    } catch (error) {
      const log = tailOfLogs(paths)
      await stopControlPlane(paths.dir)
      // A free port may be taken by another program between the choice and its use.
      const portLost = /address already in use/.test(log)
      if (!portLost || attempt === attempts) throw new Error(`${(error as Error).message}\n${log}`)
      say('A port was taken meanwhile; trying others.')
    }
  }
}

async function describeRun(
  options: StartOptions,
  version: string,
  binaries: string,
  dns: DnsServer[],
): Promise<RunRecord> {
  const nodes = options.nodes ?? 200
  const self = identify(process.pid)
  if (!self) throw new Error('the operating system does not tell when a process started (no /proc and no ps)')
  const settings: ServerSettings = {
    inflight: options.inflight,
    mutatingInflight: options.mutatingInflight,
    controllerQps: options.controllerQps,
    countEverySeconds: options.countEverySeconds ?? 10,
    nodeGraceSeconds: nodeGraceSeconds(nodes),
  }
  return {
    runId: randomUUID(),
    version,
    binaries,
    startedAt: new Date().toISOString(),
    ports: await freePorts(),
    dns: dns.map(({ name, binary, port }) => ({ name, binary, port })),
    nodes,
    settings,
    memoryLimitMiB: options.memoryLimitMiB ?? Math.min(8192, Math.floor(totalmem() / 2 ** 21)),
    starter: self,
    owner: options.tiedToThisProcess ? self : undefined,
  }
}

async function bringUp(
  paths: RunPaths,
  record: RunRecord,
  options: StartOptions,
  say: (line: string) => void,
): Promise<void> {
  const server = `https://127.0.0.1:${record.ports.apiServer}`
  const issued = await preparePki(paths, server, Date.now())
  writeContexts(paths, issued, [])
  startSupervisor(paths, record)

  const api = new Api(readTarget(paths.kubeconfig, 'break-glass'), 16)
  try {
    await until('the API server to be ready', startMs, async () => {
      refuseBrokenStart(paths)
      return (await api.request('GET', '/readyz', { timeoutMs: 5000 })).status === 200
    })
    say('API server ready; filling the cluster')
    const nodes = record.nodes
    await seedCluster(api, { nodes, pods: options.pods ?? 0, services: options.services ?? 0 })
    writeContexts(paths, issued, [{ name: 'telemetry', token: await telemetryToken(api) }])
    // The controller manager makes about ten pods a second: its own client limit.
    await untilCollectorsReady(api, nodes, startMs + nodes * 400)
    say(`${nodes} nodes, ${nodes + (options.pods ?? 0)} pods`)
    await releaseDnsServers(paths, record.dns ?? [], startMs)
    const answering = (record.dns ?? []).map(({ name, port }) => `${name} at 127.0.0.1:${port}`)
    if (answering.length > 0) say(`DNS: ${answering.join(', ')}`)
  } finally {
    await api.close()
  }
}

function writeContexts(paths: RunPaths, issued: IssuedIdentities, more: Identity[]): void {
  writeKubeconfig(paths.operatorKubeconfig, issued.cluster, [issued.ordinary, issued.breakGlass])
  writeKubeconfig(paths.kubeconfig, issued.cluster, [issued.ordinary, ...more, issued.breakGlass])
}

function startSupervisor(paths: RunPaths, record: RunRecord): void {
  const log = openSync(join(paths.logs, 'supervisor.log'), 'a')
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), supervisor, paths.dir], {
    detached: true,
    cwd: '/',
    stdio: ['ignore', log, log],
    env: runEnvironment(record.runId),
  })
  closeSync(log)
  child.unref()
}

/** Stops the waiting early when the supervisor died or a program keeps ending. */
function refuseBrokenStart(paths: RunPaths): void {
  for (const file of readPidFiles(paths)) {
    const broken = file.name === 'supervisor' ? !isAlive(file) : file.restarts >= 3
    if (broken) throw new BrokenStart(`${file.name} does not stay up`)
  }
}

class BrokenStart extends Error {}

function tailOfLogs(paths: RunPaths): string {
  const dns = (readRun(paths)?.dns ?? []).map(({ name }) => name)
  return ['supervisor', 'etcd', 'kube-apiserver', 'kube-controller-manager', ...dns]
    .map(name => {
      try {
        const lines = readFileSync(join(paths.logs, `${name}.log`), 'utf8')
          .trimEnd()
          .split('\n')
        return `--- ${name}.log\n${lines.slice(-8).join('\n')}`
      } catch {
        return `--- ${name}.log: none`
      }
    })
    .join('\n')
}
