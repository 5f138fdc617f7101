import { resolve } from 'node:path'
import { Api } from './api'
import { readTarget } from './kubeconfig'
import { defaultRunFolder, runPaths } from './paths'
import { isAlive } from './process-identity'
import { programsOf, readPidFiles, readRun } from './run-record'

export interface ControlPlaneStatus {
  /**
   * `up`: complete, all its processes live and the API server is ready; `starting`: another process is
   * bringing it up; `down`: there is no run; else `broken`.
   */
  state: 'up' | 'starting' | 'broken' | 'down'
  lines: string[]
  kubeconfigPath?: string
}

/** What is running of the data folder's run, as lines for people. */
export async function controlPlaneStatus(dir: string = defaultRunFolder()): Promise<ControlPlaneStatus> {
  const paths = runPaths(resolve(dir))
  const record = readRun(paths)
  if (!record) return { state: 'down', lines: ['no control plane is up'] }

  const files = readPidFiles(paths)
  const processes = ['supervisor', ...programsOf(record)].map(name => {
    const file = files.find(one => one.name === name)
    return { name, file, alive: file !== undefined && isAlive(file) }
  })
  const ready = await askReady(paths.kubeconfig)
  const complete = record.readyAt !== undefined
  const well = ready === 'ok' && processes.every(one => one.alive)
  const state = complete ? (well ? 'up' : 'broken') : isAlive(record.starter) ? 'starting' : 'broken'
  return {
    state,
    kubeconfigPath: paths.kubeconfig,
    lines: [
      `Kubernetes ${record.version}, ${record.nodes} nodes, started ${record.startedAt}: ${state}`,
      `/readyz of https://127.0.0.1:${record.ports.apiServer}: ${ready}`,
      ...processes.map(({ name, file, alive }) =>
        file
          ? `${name}: ${alive ? 'runs' : 'gone'}, pid ${file.pid}, started again ${file.restarts} times`
          : `${name}: never started`,
      ),
      ...(record.dns ?? []).map(
        ({ name, port, binary }) => `${name}: CoreDNS ${binary.version} at 127.0.0.1:${port}, UDP and TCP`,
      ),
      `logs: ${paths.logs}`,
    ],
  }
}

async function askReady(kubeconfig: string): Promise<string> {
  let api: Api | undefined
  try {
    api = new Api(readTarget(kubeconfig, 'break-glass'), 1)
    const { status, text } = await api.request('GET', '/readyz', { timeoutMs: 5000 })
    return status === 200 ? text : `${status} ${text.slice(0, 200)}`
  } catch (error) {
    return (error as Error).message
  } finally {
    await api?.close()
  }
}
