import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { join, relative } from 'node:path'
import type { DnsServerRecord } from './dns-servers'
import type { Ports, ServerSettings } from './flags'
import type { RunPaths } from './paths'
import type { ProcessIdentity } from './process-identity'
import type { PidFile } from './supervised'

/** What a run is; written before its first process starts, removed after the last is gone. */
export interface RunRecord {
  runId: string
  version: string
  binaries: string
  startedAt: string
  ports: Ports
  /** The CoreDNS processes of the run; none when it has no DNS. */
  dns?: DnsServerRecord[]
  nodes: number
  settings: ServerSettings
  memoryLimitMiB: number
  /** The process that brings the run up, or brought it up. */
  starter: ProcessIdentity
  /** When the run was filled and handed over; undefined while it is being brought up. */
  readyAt?: string
  /** The run ends by itself when this process is gone; undefined for a run that outlives its starter. */
  owner?: ProcessIdentity
}

/** Takes the data folder for one run; throws when another run has it. */
export function claimRun(paths: RunPaths, record: RunRecord): void {
  const strangers = existsSync(paths.dir)
    ? readdirSync(paths.dir).filter(name => !ownNames(paths).includes(name))
    : []
  if (strangers.length > 0) {
    throw new Error(`${paths.dir} holds other files (${strangers[0]}, …): give --data a folder of its own`)
  }
  for (const dir of [paths.dir, paths.pids, paths.held, paths.dns])
    mkdirSync(dir, { recursive: true, mode: 0o700 })
  // A link appears whole or not at all, and only once: no reader meets half a record, and one claim wins.
  const scratch = join(paths.pids, `${record.runId}.new`)
  writeFileSync(scratch, JSON.stringify(record, undefined, 2), { mode: 0o600 })
  try {
    linkSync(scratch, paths.record)
  } finally {
    rmSync(scratch)
  }
  rmSync(paths.logs, { recursive: true, force: true })
  mkdirSync(paths.logs, { mode: 0o700 })
}

/** Notes that the run is complete. The new record replaces the old one at once, never half written. */
export function markReady(paths: RunPaths, record: RunRecord, readyAt: string): void {
  const scratch = join(paths.pids, 'run.json.new')
  writeFileSync(scratch, JSON.stringify({ ...record, readyAt }, undefined, 2), { mode: 0o600 })
  renameSync(scratch, paths.record)
}

export function readRun(paths: RunPaths): RunRecord | undefined {
  if (!existsSync(paths.record)) return undefined
  return JSON.parse(readFileSync(paths.record, 'utf8')) as RunRecord
}

/** The programs that the supervisor of a run keeps running. */
export function programsOf(record: RunRecord): string[] {
  const dns = (record.dns ?? []).map(({ name }) => name)
  return ['etcd', 'kube-apiserver', 'kube-controller-manager', ...dns]
}

/** Removes everything of a run but its logs; the record last, so that a crash in between can be mended. */
export function eraseRun(paths: RunPaths): void {
  const { etcd, dns, pki, held, pids, kubeconfig, operatorKubeconfig, record } = paths
  for (const path of [etcd, dns, pki, held, pids, kubeconfig, operatorKubeconfig, record]) {
    rmSync(path, { recursive: true, force: true })
  }
}

/** Removes a run with its logs and its folder: for runs that nobody will look at again. */
export function eraseRunFolder(paths: RunPaths): void {
  eraseRun(paths)
  rmSync(paths.logs, { recursive: true, force: true })
  if (existsSync(paths.dir) && readdirSync(paths.dir).length === 0) rmdirSync(paths.dir)
}

/** The processes that the pid files name, whether they still live or not. */
export function readPidFiles(paths: RunPaths): PidFile[] {
  if (!existsSync(paths.pids)) return []
  const names = readdirSync(paths.pids).filter(name => name.endsWith('.json'))
  return names.flatMap(name => {
    try {
      return [JSON.parse(readFileSync(join(paths.pids, name), 'utf8')) as PidFile]
    } catch {
      return [] // Half written when its writer was killed: the run's marker finds that process.
    }
  })
}

/** Free ports of loopback, all different. */
export async function freePorts(): Promise<Ports> {
  const servers = Array.from({ length: 4 }, () => createServer())
  const ports = await Promise.all(
    servers.map(
      server =>
        new Promise<number>((resolve, reject) => {
          server.once('error', reject)
          server.listen(0, '127.0.0.1', () => {
            const address = server.address()
            if (address && typeof address === 'object') resolve(address.port)
          })
        }),
    ),
  )
  await Promise.all(servers.map(server => new Promise(resolve => server.close(resolve))))
  const [etcd = 0, etcdPeer = 0, apiServer = 0, controllerManager = 0] = ports
  return { etcd, etcdPeer, apiServer, controllerManager }
}

function ownNames({ dir, ...own }: RunPaths): string[] {
  return Object.values(own).map(path => relative(dir, path))
}
