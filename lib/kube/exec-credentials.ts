import { type ChildProcess, spawn } from 'node:child_process'
import type { Clock } from '../clock/clock'
import { deadline } from '../clock/deadline'
import type { LaneEndpoint } from '../fleet/types'
import { withoutSecrets } from './bounded-text'
import { KubeFailure } from './classify-failure'
import { bearer, type CredentialSource, type Credentials } from './credential-source'

const RUN_TIMEOUT_MS = 60_000
const MAX_OUTPUT = 1024 * 1024
/** A credential that is about to expire would do so under way. */
const LEEWAY_MS = 10_000

interface ExecPlugin {
  command: string
  args: string[]
  env: [string, string][]
  apiVersion: string
  installHint: string
  provideClusterInfo: boolean
}

/**
 * Credentials from an exec plugin (KEP-541): kept until they expire or are rejected, one run at a time, without a
 * shell, without a terminal, bounded in time and output. The run is shared: a caller's abort does not end it.
 */
export function execCredentials(value: object, endpoint: LaneEndpoint, clock: Clock): CredentialSource {
  const plugin = readPlugin(value)
  let cached: { credentials: Credentials; expiresAt: number } | undefined
  let running: Promise<Credentials> | undefined
  const run = async (): Promise<Credentials> => {
    const output = await runPlugin(plugin, endpoint, clock)
    cached = readCredential(output, plugin)
    return cached.credentials
  }
  return {
    get: signal => {
      if (cached && clock.now() < cached.expiresAt - LEEWAY_MS) return cached.credentials
      running ??= run().finally(() => {
        running = undefined
      })
      return abortable(running, signal)
    },
    rejected: () => {
      cached = undefined
    },
  }
}

function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason)
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}

function readPlugin(value: object): ExecPlugin {
  const exec = value as Record<string, unknown>
  const env = Array.isArray(exec.env) ? exec.env : []
  return {
    command: String(exec.command ?? ''),
    args: Array.isArray(exec.args) ? exec.args.map(String) : [],
    env: env.map((item: { name?: unknown; value?: unknown }) => [
      String(item.name ?? ''),
      String(item.value ?? ''),
    ]),
    apiVersion: String(exec.apiVersion ?? ''),
    installHint: String(exec.installHint ?? ''),
    provideClusterInfo: String(exec.provideClusterInfo) === 'true',
  }
}

/** The plugin's standard output. @throws KubeFailure `credentials` */
function runPlugin(plugin: ExecPlugin, endpoint: LaneEndpoint, clock: Clock): Promise<string> {
  const cluster = {
    server: endpoint.server,
    'tls-server-name': endpoint.tlsServerName,
    'insecure-skip-tls-verify': endpoint.insecureSkipTlsVerify || undefined,
    'certificate-authority-data': endpoint.caData,
    'proxy-url': endpoint.proxyUrl,
  }
  const spec = { interactive: false, ...(plugin.provideClusterInfo && { cluster }) }
  const info = JSON.stringify({ kind: 'ExecCredential', apiVersion: plugin.apiVersion, spec })
  const limit = deadline(clock, RUN_TIMEOUT_MS)
  return new Promise<string>((resolve, reject) => {
    const fail = (reason: string) =>
      reject(new KubeFailure('credentials', `the exec plugin "${plugin.command}" ${reason}`))
    const child = spawn(plugin.command, plugin.args, {
      env: { ...process.env, ...Object.fromEntries(plugin.env), KUBERNETES_EXEC_INFO: info },
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      // Its own process group, so that what it starts ends with it.
      detached: process.platform !== 'win32',
    })
    let out = ''
    let err = ''
    const stop = (reason: string) => {
      fail(reason)
      child.stdout.destroy()
      child.stderr.destroy()
      killGroup(child)
    }
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text
      if (out.length > MAX_OUTPUT) stop('wrote more than 1 MB')
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (err.length < 4096) err += text
    })
    limit.signal.addEventListener('abort', () => stop('did not finish within a minute'))
    child.once('error', (error: NodeJS.ErrnoException) => {
      const hint = plugin.installHint === '' ? '' : `: ${withoutSecrets(plugin.installHint)}`
      fail(error.code === 'ENOENT' ? `was not found${hint}` : `could not be started (${error.code})`)
    })
    child.once('close', (code, signal) => {
      if (code === 0) resolve(out)
      else fail(`failed (${signal ?? `exit code ${code}`})${err === '' ? '' : `: ${withoutSecrets(err)}`}`)
    })
  }).finally(limit.clear)
}

function killGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined && process.platform !== 'win32') process.kill(-child.pid, 'SIGKILL')
    else child.kill('SIGKILL')
  } catch {
    // It ended by itself in the meantime.
  }
}

function readCredential(output: string, plugin: ExecPlugin): { credentials: Credentials; expiresAt: number } {
  const fail = (reason: string) =>
    new KubeFailure('credentials', `the exec plugin "${plugin.command}" ${reason}`)
  let parsed: { kind?: unknown; apiVersion?: unknown; status?: Record<string, unknown> | null }
  try {
    parsed = JSON.parse(output)
  } catch {
    throw fail('did not write JSON')
  }
  if (parsed?.kind !== 'ExecCredential') throw fail('did not write an ExecCredential')
  if (parsed.apiVersion !== plugin.apiVersion)
    throw fail(`answered with another apiVersion than ${plugin.apiVersion}`)
  const { token, clientCertificateData: cert, clientKeyData: key, expirationTimestamp } = parsed.status ?? {}
  if ((typeof cert === 'string') !== (typeof key === 'string'))
    throw fail('wrote a certificate without its key, or the reverse')
  if (typeof token !== 'string' && typeof cert !== 'string')
    throw fail('wrote neither a token nor a certificate')
  const expiresAt =
    typeof expirationTimestamp === 'string' ? Date.parse(expirationTimestamp) : Number.POSITIVE_INFINITY
  return {
    credentials: {
      headers: typeof token === 'string' ? bearer(token, `the exec plugin "${plugin.command}"`) : [],
      ...(typeof cert === 'string' && typeof key === 'string' && { identity: { cert, key } }),
    },
    expiresAt: Number.isNaN(expiresAt) ? Number.POSITIVE_INFINITY : expiresAt,
  }
}
