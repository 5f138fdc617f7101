import { homedir } from 'node:os'
import { join } from 'node:path'

/** The folder of this operating system for things that can be made again, with Holdfast's own part. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  const base =
    env.XDG_CACHE_HOME ||
    (process.platform === 'darwin' ? join(homedir(), 'Library', 'Caches') : join(homedir(), '.cache'))
  return join(base, 'holdfast', 'controlplane')
}

/** Everything of one run lies under one data folder. */
export interface RunPaths {
  dir: string
  /** What was started, by whom and on which ports; its presence means that a run exists. */
  record: string
  pids: string
  /** Files named like a program keep that program stopped. */
  held: string
  pki: string
  etcd: string
  /** The Corefiles of the run. */
  dns: string
  logs: string
  kubeconfig: string
  /** The same without the telemetry identity: what Holdfast itself is started with. */
  operatorKubeconfig: string
}

export function runPaths(dir: string): RunPaths {
  return {
    dir,
    record: join(dir, 'run.json'),
    pids: join(dir, 'pids'),
    held: join(dir, 'held'),
    pki: join(dir, 'pki'),
    etcd: join(dir, 'etcd'),
    dns: join(dir, 'dns'),
    logs: join(dir, 'logs'),
    kubeconfig: join(dir, 'kubeconfig'),
    operatorKubeconfig: join(dir, 'operator.kubeconfig'),
  }
}

export function defaultRunFolder(): string {
  return join(cacheFolder(), 'run')
}
