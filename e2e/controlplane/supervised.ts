import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RunPaths } from './paths'
import { identify, type ProcessIdentity } from './process-identity'

export interface Program {
  name: string
  file: string
  args: string[]
  env: NodeJS.ProcessEnv
}

/** What the pid file of a program holds. */
export interface PidFile extends ProcessIdentity {
  name: string
  restarts: number
}

const heldMs = 200
const calmMs = 30_000
const longestPauseMs = 10_000

/** Keeps one program running: started again after each exit, ever later while it keeps failing. */
export class Supervised {
  private child: ChildProcess | undefined
  private timer: NodeJS.Timeout | undefined
  private restarts = 0
  private failures = 0
  private startedAt = 0
  private stopping = false

  constructor(
    private readonly program: Program,
    private readonly paths: RunPaths,
  ) {}

  start(): void {
    if (existsSync(join(this.paths.held, this.program.name))) {
      this.timer = setTimeout(() => this.start(), heldMs)
      return
    }
    const log = openSync(join(this.paths.logs, `${this.program.name}.log`), 'a')
    const child = spawn(this.program.file, this.program.args, {
      env: this.program.env,
      stdio: ['ignore', log, log],
    })
    closeSync(log)
    this.child = child
    this.startedAt = performance.now()
    const identity = child.pid === undefined ? undefined : identify(child.pid)
    if (identity) {
      const file: PidFile = { name: this.program.name, ...identity, restarts: this.restarts }
      writeFileSync(join(this.paths.pids, `${this.program.name}.json`), JSON.stringify(file))
    }
    child.once('error', error => {
      console.error(`${this.program.name} cannot be started: ${error.message}`)
      if (child.pid === undefined) this.comeBack()
    })
    child.once('exit', (code, signal) => {
      console.error(`${this.program.name} ended with ${signal ?? `code ${code}`}`)
      this.comeBack()
    })
  }

  /** Ends the program for good: SIGTERM, and SIGKILL when it has not gone after `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    this.stopping = true
    clearTimeout(this.timer)
    const child = this.child
    if (!child?.pid || child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise<void>(resolve => child.once('exit', () => resolve()))
    child.kill('SIGTERM')
    const killer = setTimeout(() => child.kill('SIGKILL'), graceMs)
    await gone
    clearTimeout(killer)
  }

  private comeBack(): void {
    if (this.stopping) return
    this.restarts += 1
    // A program that ran well for a while starts again at once: its end was not its own fault.
    this.failures = performance.now() - this.startedAt > calmMs ? 0 : this.failures + 1
    const pauseMs = Math.min(longestPauseMs, 250 * 2 ** this.failures)
    this.timer = setTimeout(() => this.start(), pauseMs)
  }
}
