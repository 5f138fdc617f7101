import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { HoldfastError } from '../lib/errors'

export interface Supervised {
  /** The line that said it is ready, of the first start. */
  ready: Promise<string>
  /** Asks it to end, then insists after `withinMs`. */
  stop(withinMs: number): Promise<void>
}

interface Options {
  name: string
  args: string[]
  env: Record<string, string>
  cwd: string
  readyWhen: (line: string) => boolean
  /** Called when it ended too often to be started again. */
  onGiveUp: (reason: string) => void
}

const MOST_RESTARTS_A_MINUTE = 5

/**
 * Runs a Node child and starts it again when it dies. It holds an IPC channel, so that the child notices when this
 * process is killed and ends too. Its error output is shown; of its standard output only what follows readiness.
 */
export function supervise({ name, args, env, cwd, readyWhen, onGiveUp }: Options): Supervised {
  let child: ChildProcess
  let stopping = false
  let isReady = false
  const deaths: number[] = []
  let settle: { resolve: (line: string) => void; reject: (error: Error) => void }
  const ready = new Promise<string>((resolve, reject) => {
    settle = { resolve, reject }
  })

  const start = () => {
    child = spawn(process.execPath, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['pipe', 'pipe', 'inherit', 'ipc'],
    })
    if (child.stdout)
      createInterface({ input: child.stdout }).on('line', line => {
        if (isReady) console.log(`[${name}] ${line}`)
        else if (readyWhen(line)) {
          isReady = true
          settle.resolve(line)
        }
      })
    child.on('exit', (code, signal) => {
      if (stopping) return
      const now = performance.now()
      deaths.push(now)
      const recent = deaths.filter(at => now - at < 60_000)
      const reason = `The ${name} process ended by itself (${signal ?? code}).`
      if (!isReady) settle.reject(new HoldfastError('unavailable', reason))
      else if (recent.length > MOST_RESTARTS_A_MINUTE) onGiveUp(`${reason} It does so too often to go on.`)
      else {
        console.error(`${reason} Starting it again.`)
        setTimeout(() => !stopping && start(), 500)
      }
    })
  }
  start()

  return {
    ready,
    stop: withinMs =>
      new Promise(resolve => {
        stopping = true
        if (child.exitCode !== null || child.signalCode !== null) return resolve()
        const timer = setTimeout(() => child.kill('SIGKILL'), withinMs)
        child.once('exit', () => {
          clearTimeout(timer)
          resolve()
        })
        child.kill('SIGTERM')
      }),
  }
}
