import type { Checked } from './check-endpoint'
import { type ClientCertificate, readClientCertificate } from './client-certificate'
import { readPemCertificates } from './pem'

export interface PemReader {
  /** Whether a bundle holds at least one certificate that can be parsed. */
  hasCertificate(pem: string): boolean
  clientCertificate(cert: string, key: string): Checked<ClientCertificate>
}

/** Remembers what it has parsed: contexts of a fleet share certificates, and a key takes half a millisecond. */
export function createPemReader(): PemReader {
  const bundles = new Map<string, boolean>()
  const clients = new Map<string, Checked<ClientCertificate>>()
  return {
    hasCertificate: pem => recall(bundles, pem, () => readPemCertificates(pem).length > 0),
    clientCertificate: (cert, key) =>
      recall(clients, `${cert}\n${key}`, () => readClientCertificate(cert, key)),
  }
}

function recall<T>(memory: Map<string, T>, key: string, make: () => T): T {
  const known = memory.get(key)
  if (known !== undefined) return known
  const made = make()
  memory.set(key, made)
  return made
}
