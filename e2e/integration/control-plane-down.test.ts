import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runPaths } from '../controlplane/paths'
import { identify, runEnvironment } from '../controlplane/process-identity'
import { claimRun, readRun } from '../controlplane/run-record'
import { stopControlPlane } from '../controlplane/stop-control-plane'

const runId = 'a-run-of-this-test'

describe('stopping a control plane', () => {
  let dir: string
  const children: ChildProcess[] = []

  /** A process that only waits; resolves when it runs. */
  async function idle(
    env: NodeJS.ProcessEnv,
  ): Promise<{ child: ChildProcess; pid: number; ended: Promise<void> }> {
    const child = spawn(process.execPath, ['-e', 'console.log("up"); setInterval(() => {}, 1000)'], {
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    children.push(child)
    const ended = new Promise<void>(resolve => child.once('exit', () => resolve()))
    await new Promise(resolve => child.stdout?.once('data', resolve))
    return { child, pid: child.pid ?? 0, ended }
  }

  function writePidFile(name: string, file: object): void {
    writeFileSync(join(dir, 'pids', `${name}.json`), JSON.stringify({ name, restarts: 0, ...file }))
  }

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'holdfast-down-'))
    const starter = identify(process.pid)
    if (!starter) throw new Error('this test process has no identity')
    claimRun(runPaths(dir), {
      runId,
      version: '1.0.0',
      binaries: '/nowhere',
      startedAt: '2026-01-01T00:00:00.000Z',
      starter,
      ports: { etcd: 1, etcdPeer: 2, apiServer: 3, controllerManager: 4 },
      nodes: 0,
      settings: { nodeGraceSeconds: 60, countEverySeconds: 10 },
      memoryLimitMiB: 512,
    })
  })

  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL')
    rmSync(dir, { recursive: true, force: true })
  })

  it('ends the process of a pid file whose start time fits', async () => {
    const { pid, ended } = await idle({ PATH: process.env.PATH, NODE_ENV: 'test' })
    writePidFile('etcd', identify(pid) ?? {})
    await stopControlPlane(dir)
    await ended
    expect(identify(pid)).toBeUndefined()
  })

  it('spares a stranger that was given the pid of a process of the run', async () => {
    const { pid } = await idle({ PATH: process.env.PATH, NODE_ENV: 'test' })
    writePidFile('etcd', { pid, startedAs: 'another boot/1' })
    await stopControlPlane(dir)
    expect(identify(pid)).toBeDefined()
  })

  it.runIf(process.platform === 'linux')('finds a process of the run that has no pid file yet', async () => {
    const mine = await idle(runEnvironment(runId))
    const other = await idle(runEnvironment('another run'))
    await stopControlPlane(dir)
    await mine.ended
    expect(identify(mine.pid)).toBeUndefined()
    expect(identify(other.pid)).toBeDefined()
  })

  it('removes the data and keeps the logs, also when a pid file is half written', async () => {
    writeFileSync(join(dir, 'pids', 'etcd.json'), '{"pid":')
    await stopControlPlane(dir)
    expect(readdirSync(dir)).toEqual(['logs'])
    expect(readRun(runPaths(dir))).toBeUndefined()
  })

  it('does nothing where there is no run', async () => {
    const empty = mkdtempSync(join(dir, 'empty-'))
    await stopControlPlane(empty)
    expect(existsSync(empty)).toBe(true)
  })

  it('refuses a folder that another run has, and one that holds other files', () => {
    const record = readRun(runPaths(dir))
    if (!record) throw new Error('the run was not claimed')
    expect(() => claimRun(runPaths(dir), record)).toThrow(/EEXIST/)
    const foreign = mkdtempSync(join(tmpdir(), 'holdfast-down-'))
    writeFileSync(join(foreign, 'thesis.txt'), 'years of work')
    try {
      expect(() => claimRun(runPaths(foreign), record)).toThrow(/thesis\.txt/)
      expect(readdirSync(foreign)).toEqual(['thesis.txt'])
    } finally {
      rmSync(foreign, { recursive: true })
    }
  })
})
