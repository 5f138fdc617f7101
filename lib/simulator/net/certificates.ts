import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as x509 from '@peculiar/x509'
import { writePrivate } from './write-private'

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const LIFETIME_MS = 365 * 24 * 3600 * 1000
const RENEW_BEFORE_MS = 7 * 24 * 3600 * 1000

/** The name in every API server's certificate, for clients that come by a direct address. */
export const TLS_SERVER_NAME = 'kubernetes.default.svc'

/** A certificate and its private key, both PEM. */
interface KeyPair {
  certificate: string
  key: string
}

export interface Pki {
  /** PEM */
  authority: string
  server: KeyPair
  ordinary: KeyPair
  breakGlass: KeyPair
}

async function newKeys(): Promise<CryptoKeyPair> {
  return (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as CryptoKeyPair
}

async function keyPem(keys: CryptoKeyPair): Promise<string> {
  return x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY')
}

async function issuePki(now: number): Promise<Pki> {
  x509.cryptoProvider.set(webcrypto as Crypto)
  // A day back, so that a machine whose clock is a little behind accepts them.
  const validity = { notBefore: new Date(now - 86_400_000), notAfter: new Date(now + LIFETIME_MS) }
  const keys = await newKeys()
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=simulated-fleet-ca',
    keys,
    signingAlgorithm: algorithm,
    ...validity,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  const issue = async (subject: x509.JsonName, extensions: x509.Extension[]): Promise<KeyPair> => {
    const own = await newKeys()
    const certificate = await x509.X509CertificateGenerator.create({
      subject,
      issuer: root.subject,
      publicKey: own.publicKey,
      signingKey: keys.privateKey,
      signingAlgorithm: algorithm,
      ...validity,
      extensions: [
        new x509.BasicConstraintsExtension(false),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        await x509.AuthorityKeyIdentifierExtension.create(keys.publicKey),
        ...extensions,
      ],
    })
    return { certificate: certificate.toString('pem'), key: await keyPem(own) }
  }
  const client = (name: string, group: string) =>
    issue(
      [{ O: [group] }, { CN: [name] }],
      [new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth])],
    )
  return {
    authority: root.toString('pem'),
    server: await issue(
      [{ CN: ['kube-apiserver'] }],
      [
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.SubjectAlternativeNameExtension([
          { type: 'dns', value: 'localhost' },
          { type: 'dns', value: 'kubernetes' },
          { type: 'dns', value: TLS_SERVER_NAME },
          { type: 'ip', value: '127.0.0.1' },
          { type: 'ip', value: '::1' },
        ]),
      ],
    ),
    ordinary: await client('holdfast', 'holdfast:responders'),
    breakGlass: await client('break-glass', 'system:masters'),
  }
}

const FILES: [keyof Pki, string][] = [
  ['server', 'server'],
  ['ordinary', 'ordinary'],
  ['breakGlass', 'break-glass'],
]

function readPki(dir: string, now: number): Pki | undefined {
  const path = (name: string) => join(dir, name)
  if (!existsSync(path('ca.crt')) || FILES.some(([, name]) => !existsSync(path(`${name}.key`))))
    return undefined
  const read = (name: string) => readFileSync(path(name), 'utf8')
  if (new x509.X509Certificate(read('ca.crt')).notAfter.getTime() < now + RENEW_BEFORE_MS) return undefined
  const pair = (name: string): KeyPair => ({ certificate: read(`${name}.crt`), key: read(`${name}.key`) })
  return {
    authority: read('ca.crt'),
    server: pair('server'),
    ordinary: pair('ordinary'),
    breakGlass: pair('break-glass'),
  }
}

/** The certificates in `dir`: those of an earlier start while they last, else new ones. Files are mode 0600. */
export async function loadOrIssuePki(dir: string, now: number): Promise<Pki> {
  const kept = readPki(dir, now)
  if (kept) return kept
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const pki = await issuePki(now)
  for (const [key, name] of FILES) {
    const pair = pki[key] as KeyPair
    writePrivate(join(dir, `${name}.crt`), pair.certificate)
    writePrivate(join(dir, `${name}.key`), pair.key)
  }
  // Last, since its presence says that the set is whole.
  writePrivate(join(dir, 'ca.crt'), pki.authority)
  return pki
}
