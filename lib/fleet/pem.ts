import { X509Certificate } from 'node:crypto'

const CERTIFICATE = /-----BEGIN (?:TRUSTED )?CERTIFICATE-----[\s\S]+?-----END (?:TRUSTED )?CERTIFICATE-----/g

/** The certificates of a PEM bundle that can be parsed, in order; text between them is ignored. */
export function readPemCertificates(pem: string): X509Certificate[] {
  const certificates: X509Certificate[] = []
  for (const block of pem.match(CERTIFICATE) ?? []) {
    try {
      certificates.push(new X509Certificate(block))
    } catch {
      // One broken block does not spoil a bundle, as with Go's CertPool.AppendCertsFromPEM.
    }
  }
  return certificates
}
