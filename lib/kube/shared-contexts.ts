import tls, { type SecureContext } from 'node:tls'
import { readPemCertificates } from '../fleet/pem'
import { KubeFailure } from './classify-failure'
import { systemRoots } from './system-roots'

export interface TlsMaterial {
  /** PEM; undefined: the system's authorities. */
  ca: string | undefined
  cert: string | undefined
  key: string | undefined
  insecure: boolean
}

const MAX_CONTEXTS = 2000

/**
 * TLS contexts by what they are made of. Lanes of a fleet often share an authority and a certificate, and each context
 * costs a millisecond and some 50 KB; the system's bundle 50 ms.
 */
export class SharedContexts {
  readonly #contexts = new Map<string, SecureContext>()

  /** @throws KubeFailure `credentials` when certificate and key cannot be used together */
  of(material: TlsMaterial): SecureContext {
    const { ca, cert, key, insecure } = material
    const name = JSON.stringify([ca, cert, key, insecure])
    const known = this.#contexts.get(name)
    if (known) return known
    const made = make(material)
    this.#contexts.set(name, made)
    const [oldest] = this.#contexts.keys()
    if (this.#contexts.size > MAX_CONTEXTS && oldest !== undefined) this.#contexts.delete(oldest)
    return made
  }
}

function make({ ca, cert, key, insecure }: TlsMaterial): SecureContext {
  try {
    if (insecure) return tls.createSecureContext({ cert, key, minVersion: 'TLSv1.2' })
    // OpenSSL stops at a block that it cannot read; only what parses is handed on.
    const authorities = ca === undefined ? systemRoots() : readPemCertificates(ca).map(String)
    return tls.createSecureContext({
      ca: authorities,
      cert,
      key,
      minVersion: 'TLSv1.2',
    })
  } catch {
    throw new KubeFailure('credentials', 'the client certificate and key cannot be used together')
  }
}
