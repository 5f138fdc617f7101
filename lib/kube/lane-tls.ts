import { readFile } from 'node:fs/promises'
import tls, { type SecureContext } from 'node:tls'
import type { Clock } from '../clock/clock'
import { readPemCertificates } from '../fleet/pem'
import type { Lane } from '../fleet/types'
import { KubeFailure } from './classify-failure'
import type { Credentials } from './credential-source'
import { systemContext, systemRoots } from './system-roots'

/** How often certificate files are looked at again, when a connection is made anyway. */
const REREAD_MS = 60_000

interface Material {
  ca: string | undefined
  cert: string | undefined
  key: string | undefined
}

/** The TLS context of a lane: made once, and again when certificate files or a plugin's identity change. */
export class LaneTls {
  #context: SecureContext | undefined
  #material: Material = { ca: undefined, cert: undefined, key: undefined }
  #readAt = Number.NEGATIVE_INFINITY
  #identity: Credentials['identity']

  constructor(
    private readonly lane: Lane,
    private readonly clock: Clock,
  ) {}

  /** @throws KubeFailure `credentials` or `tls` when the lane's certificates cannot be used */
  async context(identity: Credentials['identity']): Promise<SecureContext> {
    const due = this.clock.now() - this.#readAt >= REREAD_MS
    if (this.#context && identity === this.#identity && !(due && this.#hasFiles())) return this.#context
    const material = await this.#read(identity)
    const same = (Object.keys(material) as (keyof Material)[]).every(
      key => material[key] === this.#material[key],
    )
    this.#readAt = this.clock.now()
    this.#identity = identity
    if (this.#context && same) return this.#context
    this.#material = material
    this.#context = makeContext(material, this.lane.endpoint.insecureSkipTlsVerify)
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

  async #read(identity: Credentials['identity']): Promise<Material> {
    const { user, endpoint } = this.lane
    const [ca, cert, key] = await Promise.all([
      endpoint.caData ? decode(endpoint.caData) : fileText(endpoint.caFile, 'certificate authority'),
      identity?.cert ??
        pemOf(user['client-certificate-data'], user['client-certificate'], 'client certificate'),
      identity?.key ?? pemOf(user['client-key-data'], user['client-key'], 'client key'),
    ])
    return { ca, cert, key }
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

function makeContext({ ca, cert, key }: Material, insecure: boolean): SecureContext {
  try {
    if (insecure) return tls.createSecureContext({ cert, key, minVersion: 'TLSv1.2' })
    if (ca === undefined && cert === undefined) return systemContext()
    // OpenSSL stops at a block that it cannot read; only what parses is handed on.
    const authorities = ca === undefined ? systemRoots() : readPemCertificates(ca).map(String)
    return tls.createSecureContext({ ca: authorities, cert, key, minVersion: 'TLSv1.2' })
  } catch {
    throw new KubeFailure('credentials', 'the client certificate and key cannot be used together')
  }
}
