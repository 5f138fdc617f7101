import { describe, expect, it } from 'vitest'
import { classifyFailure } from './classify-failure'

const failing = (code: string, more: object = {}) =>
  Object.assign(new Error('secret inside'), { code, ...more })

describe('classifyFailure', () => {
  it.each([
    ['ECONNREFUSED', false, 'refused', /nothing listens/],
    ['EHOSTUNREACH', false, 'refused', /no route/],
    ['ENOTFOUND', false, 'name-lookup', /did not resolve/],
    ['EAI_AGAIN', false, 'name-lookup', /did not resolve/],
    ['ETIMEDOUT', false, 'connect-timeout', /no TCP connection/],
    ['ETIMEDOUT', true, 'timeout', /after the request was sent/],
    ['UND_ERR_CONNECT_TIMEOUT', false, 'connect-timeout', /no TCP connection/],
    ['ECONNRESET', true, 'reset', /broke/],
    ['ECONNRESET', false, 'refused', /before the request could be sent/],
    ['EPIPE', true, 'reset', /broke/],
    ['UND_ERR_SOCKET', true, 'reset', /broke/],
    ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', true, 'reset', /length/],
    ['CERT_HAS_EXPIRED', false, 'tls', /expired/],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', false, 'tls', /self-signed/],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', false, 'tls', /not signed by/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', false, 'tls', /set tls-server-name/],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', true, 'tls', /did not accept our client certificate/],
    ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', true, 'tls', /did not accept our client certificate/],
    ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', false, 'tls', /handshake failed/],
    ['EPROTO', false, 'tls', /plain HTTP/],
    ['WHATEVER', true, 'reset', /WHATEVER/],
    ['WHATEVER', false, 'refused', /WHATEVER/],
  ])('%s (written: %s) is %s', (code, written, outcome, detail) => {
    const failure = classifyFailure(failing(code), written)
    expect(failure.outcome).toBe(outcome)
    expect(failure.detail).toMatch(detail)
    expect(failure.detail).not.toContain('secret inside')
  })

  it('looks at the cause of a wrapped error, and survives what is no error', () => {
    const wrapped = failing('UND_ERR_SOCKET', { cause: failing('ENOTFOUND') })
    expect(classifyFailure(wrapped, false).outcome).toBe('name-lookup')
    expect(classifyFailure('boom', false)).toEqual({
      outcome: 'refused',
      detail: 'the attempt failed (unknown error)',
    })
  })
})
