import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { defaultRunFolder, runPaths } from './paths'
import { findByRun, isAlive, type ProcessIdentity, signal } from './process-identity'
import { eraseRun, readPidFiles, readRun } from './run-record'

const politeMs = 10_000
const killMs = 10_000

/**
 * Ends the run of a data folder, whatever is left of it, and removes its data (the logs stay). Touches only
 * processes that the run started: those of its pid files whose start time still fits, and those that carry
 * its marker. Does nothing when there is no run.
 */
export async function stopControlPlane(dir: string = defaultRunFolder()): Promise<void> {
  const paths = runPaths(resolve(dir))
  const record = readRun(paths)
  if (!record) return

  const supervisor = readPidFiles(paths).find(file => file.name === 'supervisor')
  if (supervisor && signal(supervisor, 'SIGTERM')) await gone([supervisor], politeMs)

  // The supervisor goes first, since it would start again whatever is stopped behind its back.
  const left = () => unique([...readPidFiles(paths), ...findByRun(record.runId)]).filter(isAlive)
  for (const name of ['SIGTERM', 'SIGKILL'] as const) {
    const rest = left()
    for (const one of rest) signal(one, name)
    await gone(rest, name === 'SIGTERM' ? 3000 : killMs)
  }
  const survivors = left()
  if (survivors.length > 0) {
    throw new Error(`processes that cannot be ended: ${survivors.map(one => one.pid).join(', ')}`)
  }
  eraseRun(paths)
}

async function gone(processes: ProcessIdentity[], timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs
  while (processes.some(isAlive) && performance.now() < deadline) await sleep(50)
}

function unique(processes: ProcessIdentity[]): ProcessIdentity[] {
  return [...new Map(processes.map(one => [one.pid, one])).values()]
}
