import { bounded } from './bounded-text'
import type { KubeOutcome } from './types'

export interface Failure {
  outcome: KubeOutcome
  detail: string
}

/** A failure whose outcome is already known where it is thrown. Its message is for people and holds no secret. */
export class KubeFailure extends Error {
  constructor(
    readonly outcome: KubeOutcome,
    message: string,
  ) {
    super(message)
    this.name = 'KubeFailure'
  }
}

const NAME_LOOKUP = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EAI_NODATA',
  'EAI_NONAME',
  'ENODATA',
  'ESERVFAIL',
])
const UNREACHABLE = new Set([
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'EACCES',
  'EPERM',
  'EINVAL',
])
const BROKEN = new Set([
  'ECONNRESET',
  'EPIPE',
  'ECONNABORTED',
  'UND_ERR_SOCKET',
  'UND_ERR_CLOSED',
  'UND_ERR_DESTROYED',
])

/** What to mend, by OpenSSL's verification code as Node reports it. */
const CERTIFICATE: Record<string, string> = {
  DEPTH_ZERO_SELF_SIGNED_CERT:
    "the server's certificate is self-signed and not the certificate authority of this kubeconfig",
  SELF_SIGNED_CERT_IN_CHAIN:
    "the server's certificate comes from an authority that is not the one of this kubeconfig",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    "the server's certificate is not signed by the certificate authority of this kubeconfig",
  UNABLE_TO_GET_ISSUER_CERT:
    "the issuer of the server's certificate is missing from the certificate authority bundle",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    "the server's certificate is not signed by the certificate authority of this kubeconfig",
  CERT_SIGNATURE_FAILURE:
    "the server's certificate is signed by another key than the certificate authority's of the same name",
  CERT_HAS_EXPIRED: "the server's certificate has expired; renew it",
  CERT_NOT_YET_VALID: "the server's certificate is not valid yet; check the clocks",
  CERT_UNTRUSTED: "the server's certificate is not trusted",
  INVALID_PURPOSE: "the server's certificate is not made for servers",
  HOSTNAME_MISMATCH: "the server's certificate is for another name; set tls-server-name",
}

/** How an attempt failed, from the error of Node or undici; `written` tells whether the request was on the wire. */
export function classifyFailure(error: unknown, written: boolean): Failure {
  if (error instanceof KubeFailure) return { outcome: error.outcome, detail: bounded(error.message) }
  const code = codeOf(error)
  if (code === 'ECONNREFUSED')
    return { outcome: 'refused', detail: 'connection refused: nothing listens on that port' }
  if (NAME_LOOKUP.has(code))
    return { outcome: 'name-lookup', detail: `the server's name did not resolve (${code})` }
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT') {
    return written
      ? { outcome: 'timeout', detail: 'the connection timed out after the request was sent' }
      : { outcome: 'connect-timeout', detail: 'no TCP connection was made in time' }
  }
  const tls = tlsDetail(code, error)
  if (tls) return { outcome: 'tls', detail: tls }
  if (UNREACHABLE.has(code) && !written)
    return { outcome: 'refused', detail: `no route to the server (${code})` }
  if (BROKEN.has(code) || UNREACHABLE.has(code)) {
    return written
      ? { outcome: 'reset', detail: 'the connection broke before the whole answer came' }
      : { outcome: 'refused', detail: 'the connection was closed before the request could be sent' }
  }
  const outcome = written ? 'reset' : 'refused'
  if (isParserError(error)) return { outcome, detail: 'what answered does not speak HTTP/1.1' }
  if (code === 'UND_ERR_HEADERS_OVERFLOW') return { outcome, detail: "the answer's headers are too large" }
  if (code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH')
    return { outcome, detail: "the answer's length is not what its header says" }
  if (code === 'UND_ERR_INVALID_ARG') return { outcome, detail: 'the request cannot be expressed in HTTP' }
  return { outcome, detail: `the attempt failed (${code || 'unknown error'})` }
}

function tlsDetail(code: string, error: unknown): string | undefined {
  const certificate = CERTIFICATE[code]
  if (certificate) return certificate
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const reason = error instanceof Error && 'reason' in error ? String(error.reason) : ''
    return bounded(`the server's certificate is for another name; set tls-server-name (${reason})`)
  }
  if (
    code === 'EPROTO' ||
    code === 'ERR_SSL_WRONG_VERSION_NUMBER' ||
    code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG'
  ) {
    return 'TLS could not be agreed on; does that port speak plain HTTP?'
  }
  if (/^ERR_SSL_.*ALERT.*(CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED)/.test(code)) {
    return `the server did not accept our client certificate (${code.slice('ERR_SSL_'.length).toLowerCase()})`
  }
  if (code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_') || code.startsWith('ERR_OSSL_')) {
    return `the TLS handshake failed (${code.toLowerCase()})`
  }
  return /^(CERT|CRL)_|_CERT(_|$)/.test(code)
    ? `the server's certificate was not accepted (${code})`
    : undefined
}

function isParserError(error: unknown): boolean {
  return error instanceof Error && error.name === 'HTTPParserError'
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  const own = 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (own !== '' && own !== 'UND_ERR_SOCKET') return own
  const cause = error.cause instanceof Error ? codeOf(error.cause) : ''
  return cause || own
}
