import 'reflect-metadata'
import { generateKeyPairSync, webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'

x509.cryptoProvider.set(webcrypto as Crypto)

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const lifetimeMs = 30 * 24 * 3600 * 1000

/** A certificate and its private key, both PEM. */
export interface Credential {
  certificate: string
  key: string
}

/** A certificate authority that lives for one run of the control plane. */
export interface Authority {
  certificate: string
  /** A client certificate: `name` becomes the user, `groups` its groups. */
  issueClient(name: string, groups: string[]): Promise<Credential>
  /** A certificate for a server on loopback; also valid as a client, as etcd peers need it. */
  issueServer(name: string, dnsNames: string[], addresses: string[]): Promise<Credential>
}

function pem(key: ArrayBuffer): string {
  return x509.PemConverter.encode(key, 'PRIVATE KEY')
}

async function newKeys(): Promise<CryptoKeyPair> {
  return (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as CryptoKeyPair
}

function validity(now: number): { notBefore: Date; notAfter: Date } {
  // An hour back: clocks of two machines that share the folder need not agree.
  return { notBefore: new Date(now - 3_600_000), notAfter: new Date(now + lifetimeMs) }
}

/** Makes a new authority. Its key stays in memory and is never written. */
export async function createAuthority(now: number): Promise<Authority> {
  const keys = await newKeys()
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=controlplane-ca',
    keys,
    signingAlgorithm: algorithm,
    ...validity(now),
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })

  async function issue(subject: x509.JsonName, extensions: x509.Extension[]): Promise<Credential> {
    const own = await newKeys()
    const certificate = await x509.X509CertificateGenerator.create({
      subject,
      issuer: root.subject,
      publicKey: own.publicKey,
      signingKey: keys.privateKey,
      signingAlgorithm: algorithm,
      ...validity(now),
      extensions: [
        new x509.BasicConstraintsExtension(false),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        await x509.AuthorityKeyIdentifierExtension.create(keys.publicKey),
        ...extensions,
      ],
    })
    return {
      certificate: certificate.toString('pem'),
      key: pem(await webcrypto.subtle.exportKey('pkcs8', own.privateKey)),
    }
  }

  return {
    certificate: root.toString('pem'),
    issueClient: (name, groups) =>
      issue(
        [...groups.map(group => ({ O: [group] })), { CN: [name] }],
        [new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth])],
      ),
    issueServer: (name, dnsNames, addresses) =>
      issue(
        [{ CN: [name] }],
        [
          new x509.ExtendedKeyUsageExtension([
            x509.ExtendedKeyUsage.serverAuth,
            x509.ExtendedKeyUsage.clientAuth,
          ]),
          new x509.SubjectAlternativeNameExtension([
            ...dnsNames.map(value => ({ type: 'dns' as const, value })),
            ...addresses.map(value => ({ type: 'ip' as const, value })),
          ]),
        ],
      ),
  }
}

/** A key pair that signs ServiceAccount tokens, both halves PEM. */
export function createTokenKeys(): { publicKey: string; privateKey: string } {
  return generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
}
