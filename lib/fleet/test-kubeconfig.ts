import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'

x509.cryptoProvider.set(webcrypto as Crypto)
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

export interface Pem {
  cert: string
  key: string
  keys: CryptoKeyPair
  certificate: x509.X509Certificate
}

interface IssueOptions {
  subject: string
  issuer?: Pem
  names?: { type: 'dns' | 'ip'; value: string }[]
  notBefore?: Date
  notAfter?: Date
}

/** A certificate for tests, P-256: self-signed, or issued by `issuer`. */
export async function issueCertificate({
  subject,
  issuer,
  names = [],
  notBefore,
  notAfter,
}: IssueOptions): Promise<Pem> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: webcrypto.randomUUID().replaceAll('-', ''),
    subject,
    issuer: issuer?.certificate.subject ?? subject,
    notBefore: notBefore ?? new Date('2020-01-01T00:00:00Z'),
    notAfter: notAfter ?? new Date('2060-01-01T00:00:00Z'),
    publicKey: keys.publicKey,
    signingKey: (issuer?.keys ?? keys).privateKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(issuer === undefined, undefined, true),
      ...(names.length > 0 ? [new x509.SubjectAlternativeNameExtension(names)] : []),
    ],
  })
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey))
  const key = `-----BEGIN PRIVATE KEY-----\n${pkcs8.toString('base64')}\n-----END PRIVATE KEY-----\n`
  return { cert: `${certificate.toString('pem')}\n`, key, keys, certificate }
}

/** base64 as kubeconfigs hold it. */
export function data(pem: string): string {
  return Buffer.from(pem).toString('base64')
}

interface Entry {
  context: string
  cluster?: string
  server?: string
  clusterExtra?: Record<string, unknown>
  user?: Record<string, unknown>
}

/** A kubeconfig as JSON text, one cluster, user and context per entry. */
export function kubeconfigText(entries: Entry[]): string {
  const clusters = entries.map(entry => {
    const server = entry.server ?? `https://${entry.context}.example:6443`
    return { name: entry.cluster ?? entry.context, cluster: { server, ...entry.clusterExtra } }
  })
  const users = entries.map(entry => ({ name: entry.context, user: entry.user ?? { token: 'secret-token' } }))
  const contexts = entries.map(({ context, cluster = context }) => {
    return { name: context, context: { cluster, user: context } }
  })
  return JSON.stringify({ apiVersion: 'v1', kind: 'Config', clusters, users, contexts })
}
