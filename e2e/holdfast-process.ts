import { type ChildProcess, spawn } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'

export interface HoldfastOptions {
  args?: string[]
  env?: Record<string, string>
  /** Keep and reuse this data folder. */
  dataDir?: string
  port?: number
}

/** A whole Holdfast as `npm start` runs it, on a free port with a data folder of its own. */
export interface HoldfastProcess {
  url: string
  port: number
  dataDir: string
  /** The one-time sign-in link that it printed. */
  signInUrl: string
  pid: number
  output(): string
  stop(): Promise<{ code: number | null; tookMs: number }>
  /** As a power cut would: the supervisor gets no chance to clean up. */
  kill(): Promise<void>
}

export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })
}

/** Run as root, PostgreSQL is another user's, who must be able to pass through the folder to its own. */
async function makeDataDir(): Promise<string> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'holdfast-e2e-'))
  await chmod(dataDir, 0o711)
  return dataDir
}

const root = path.resolve(import.meta.dirname, '..')

export async function startHoldfast(options: HoldfastOptions = {}): Promise<HoldfastProcess> {
  const dataDir = options.dataDir ?? (await makeDataDir())
  const port = options.port ?? (await freePort())
  const child = spawn(
    process.execPath,
    ['bin/start.mjs', '--port', String(port), '--data', dataDir, ...(options.args ?? [])],
    {
      cwd: root,
      env: { ...process.env, HOLDFAST_CONFIG: '', HOLDFAST_KUBECONFIG: '', DATABASE_URL: '', ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    },
  )
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', line => {
      output = `${output}${line}\n`.slice(-50_000)
    })
  const signInUrl = await waitForLink(child, () => output)
  const ended = new Promise<number | null>(resolve => child.once('exit', code => resolve(code)))
  return {
    url: `http://localhost:${port}`,
    port,
    dataDir,
    signInUrl,
    pid: child.pid ?? 0,
    output: () => output,
    async stop() {
      const startedAt = performance.now()
      child.kill('SIGTERM')
      const code = await ended
      const tookMs = performance.now() - startedAt
      if (!options.dataDir) await rm(dataDir, { recursive: true, force: true })
      return { code, tookMs }
    },
    async kill() {
      // The whole group but the detached PostgreSQL, which outlives its parent as it would in a real crash.
      if (child.pid) process.kill(-child.pid, 'SIGKILL')
      await ended
    },
  }
}

function waitForLink(child: ChildProcess, output: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const link = output().match(/Sign in\s+(http\S+)/)?.[1]
      if (link) finish(() => resolve(link))
    }
    const timer = setInterval(look, 50)
    const finish = (how: () => void) => {
      clearInterval(timer)
      child.removeAllListeners('exit')
      how()
    }
    child.once('exit', code => finish(() => reject(new Error(`Holdfast ended (${code}):\n${output()}`))))
  })
}
