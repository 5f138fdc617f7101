import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** A process as the operating system knows it: a pid alone may have been given to a stranger since. */
export interface ProcessIdentity {
  pid: number
  startedAs: string
}

/** Environment variable that every process of a run carries, so that it can be found without a pid file. */
const runMarker = 'HOLDFAST_CONTROLPLANE_RUN'

/** The environment of a process of the run: nothing of the starter's but the way to programs and home. */
export function runEnvironment(runId: string, more: Record<string, string> = {}): NodeJS.ProcessEnv {
  const { PATH, HOME, NODE_ENV } = process.env
  return { PATH, HOME, NODE_ENV, [runMarker]: runId, ...more }
}

function startOf(pid: number): string | undefined {
  try {
    if (process.platform !== 'linux') {
      return (
        execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined
      )
    }
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The command name may hold spaces and brackets: count fields from the last bracket on.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    return `${boot}/${fields[19]}`
  } catch {
    return undefined // No such process: that is the answer, not an error.
  }
}

/** The identity of a living process; undefined when it is gone (or a zombie). */
export function identify(pid: number): ProcessIdentity | undefined {
  const startedAs = startOf(pid)
  return startedAs === undefined ? undefined : { pid, startedAs }
}

/** True when that very process still lives, and not another one under its pid. */
export function isAlive(identity: ProcessIdentity): boolean {
  return startOf(identity.pid) === identity.startedAs
}

/**
 * All living processes that carry the marker of the run. Finds a child whose parent was killed before it
 * could write the pid file. Linux only; elsewhere the pid files must do.
 */
export function findByRun(runId: string): ProcessIdentity[] {
  if (process.platform !== 'linux') return []
  const wanted = `${runMarker}=${runId}`
  const found: ProcessIdentity[] = []
  for (const name of readdirSync('/proc')) {
    const pid = Number(name)
    if (!Number.isInteger(pid) || pid === process.pid) continue
    try {
      if (!readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(wanted)) continue
    } catch {
      continue // Gone meanwhile, or another user's.
    }
    const identity = identify(pid)
    if (identity) found.push(identity)
  }
  return found
}

/** Sends a signal to that very process; false when it is gone. */
export function signal(identity: ProcessIdentity, name: NodeJS.Signals): boolean {
  if (!isAlive(identity)) return false
  try {
    return process.kill(identity.pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
    throw error
  }
}
