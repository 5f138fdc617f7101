import type { PeerCertificate, TLSSocket } from 'node:tls'
import type { Identity } from '../api/types'

const ANONYMOUS: Identity = { user: 'system:anonymous', groups: ['system:unauthenticated'] }

/** ServiceAccount tokens by their text. */
export type TokenBook = ReadonlyMap<string, { namespace: string; name: string }>

const certificates = new WeakMap<TLSSocket, Identity | 'invalid' | undefined>()

/** Who is at the other end: client certificate first, then bearer token, else anonymous. */
export function identify(
  socket: TLSSocket,
  authorization: string | undefined,
  tokens: TokenBook,
): Identity | 'invalid' {
  if (!certificates.has(socket)) certificates.set(socket, fromCertificate(socket))
  const certified = certificates.get(socket)
  if (certified) return certified
  if (authorization === undefined) return ANONYMOUS
  const account = tokens.get(/^Bearer\s+(\S+)$/i.exec(authorization)?.[1] ?? '')
  if (!account) return 'invalid'
  const { namespace, name } = account
  return {
    user: `system:serviceaccount:${namespace}:${name}`,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
  }
}

/** Name and organisations are user and groups; a certificate of another authority is nobody's. */
function fromCertificate(socket: TLSSocket): Identity | 'invalid' | undefined {
  const certificate: Partial<PeerCertificate> = socket.getPeerCertificate()
  const { subject } = certificate
  if (!subject) return undefined
  if (!socket.authorized) return 'invalid'
  const groups: string | string[] | undefined = subject.O
  return {
    user: [subject.CN].flat()[0] ?? '',
    groups: [...(groups === undefined ? [] : [groups].flat()), 'system:authenticated'],
  }
}
