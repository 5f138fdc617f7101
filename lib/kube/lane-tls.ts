import { readFile } from 'node:fs/promises'
import type { SecureContext } from 'node:tls'
import type { Clock } from '../clock/clock'
import type { Lane } from '../fleet/types'
import { KubeFailure } from './classify-failure'
import type { Credentials } from './credential-source'
import type { SharedContexts, TlsMaterial } from './shared-contexts'

/** How often certificate files are looked at again, when a connection is made anyway. */
const REREAD_MS = 60_000

/** The TLS context of a lane: made once, and again when certificate files or a plugin's identity change. */
export class LaneTls {
  #context: SecureContext | undefined
  #readAt = Number.NEGATIVE_INFINITY
  #identity: Credentials['identity']

  constructor(
    private readonly lane: Lane,
    private readonly clock: Clock,
    private readonly contexts: SharedContexts,
  ) {}

  /** @throws KubeFailure `credentials` or `tls` when the lane's certificates cannot be used */
  async context(identity: Credentials['identity']): Promise<SecureContext> {
    const due = this.clock.now() - this.#readAt >= REREAD_MS
    if (this.#context && identity === this.#identity && !(due && this.#hasFiles())) return this.#context
    try {
      this.#context = this.contexts.of(await this.#read(identity))
    } catch (error) {
      // Files that are being replaced right now: the identity that worked so far goes on.
      if (!this.#context || identity !== this.#identity) throw error
    }
    this.#readAt = this.clock.now()
    this.#identity = identity
    return this.#context
  }

  #hasFiles(): boolean {
    const { user, endpoint } = this.lane
    return (
      endpoint.caFile !== undefined ||
      user['client-certificate'] !== undefined ||
      user['client-key'] !== undefined
    )
  }

  async #read(identity: Credentials['identity']): Promise<TlsMaterial> {
    const { user, endpoint } = this.lane
    const [ca, cert, key] = await Promise.all([
      endpoint.caData ? decode(endpoint.caData) : fileText(endpoint.caFile, 'certificate authority'),
      identity?.cert ??
        pemOf(user['client-certificate-data'], user['client-certificate'], 'client certificate'),
      identity?.key ?? pemOf(user['client-key-data'], user['client-key'], 'client key'),
    ])
    return { ca, cert, key, insecure: endpoint.insecureSkipTlsVerify }
  }
}

function pemOf(data: unknown, file: unknown, what: string): string | undefined | Promise<string | undefined> {
  return typeof data === 'string' ? decode(data) : fileText(typeof file === 'string' ? file : undefined, what)
}

function decode(data: string): string {
  return Buffer.from(data, 'base64').toString('latin1')
}

async function fileText(path: string | undefined, what: string): Promise<string | undefined> {
  if (path === undefined) return undefined
  try {
    return await readFile(path, 'latin1')
  } catch {
    throw new KubeFailure('credentials', `cannot read the ${what} ${path}`)
  }
}
