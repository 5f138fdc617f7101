import { createPrivateKey, type KeyObject, type X509Certificate } from 'node:crypto'
import type { Checked } from './check-endpoint'
import { readPemCertificates } from './pem'

export interface ClientCertificate {
  /** The subject's CN: the user that Kubernetes sees. */
  commonName?: string
  /** The subject's O values: the groups that Kubernetes sees. */
  organisations: string[]
  validFrom: number
  /** Epoch ms. */
  validTo: number
}

/** The identity in a client certificate, after checking that the key belongs to it. */
export function readClientCertificate(certPem: string, keyPem: string): Checked<ClientCertificate> {
  const [certificate] = readPemCertificates(certPem)
  if (!certificate) return { problem: 'its client certificate holds no PEM certificate' }
  const key = readKey(keyPem)
  if ('problem' in key) return key
  if (!certificate.checkPrivateKey(key.ok))
    return { problem: 'its client key does not belong to its client certificate' }
  return {
    ok: {
      commonName: subjectValues(certificate, 'CN')[0],
      organisations: subjectValues(certificate, 'O'),
      validFrom: Date.parse(certificate.validFrom),
      validTo: Date.parse(certificate.validTo),
    },
  }
}

const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]+?-----END [A-Z ]*PRIVATE KEY-----/

/** The first private key of a PEM text, which may hold certificates and curve parameters as well (kubelets write such files). */
function readKey(pem: string): Checked<KeyObject> {
  const block = PRIVATE_KEY.exec(pem)?.[0] ?? ''
  try {
    return { ok: createPrivateKey(block) }
  } catch {
    const encrypted = block.includes('ENCRYPTED')
    return {
      problem: encrypted
        ? 'its client key is encrypted; nobody is there to type the password'
        : 'its client key is not a PEM private key',
    }
  }
}

/** Read from the lines of the subject, one value a line; multi-valued names are joined by ` + `. */
function subjectValues(certificate: X509Certificate, attribute: 'CN' | 'O'): string[] {
  return certificate.subject
    .split(/\n| \+ /)
    .filter(part => part.startsWith(`${attribute}=`))
    .map(part => part.slice(attribute.length + 1))
}
