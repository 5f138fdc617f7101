import { readFileSync } from 'node:fs'
import tls from 'node:tls'

/** Where systems keep their bundle of trusted authorities, in the order of Go's crypto/x509. */
const BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/tls/cacert.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
]

/**
 * Authorities for servers whose kubeconfig names none: the system's own as with kubectl (a company's authority is
 * there and not in Node's bundle), else Node's.
 */
export function systemRoots(): string[] {
  const bundle = readBundle()
  return bundle.length > 0 ? bundle : [...tls.rootCertificates]
}

function readBundle(): string[] {
  const named = process.env.SSL_CERT_FILE
  for (const path of named ? [named] : BUNDLES) {
    try {
      return [readFileSync(path, 'latin1')]
    } catch {
      // The next one; a system without any still has Node's.
    }
  }
  return []
}
