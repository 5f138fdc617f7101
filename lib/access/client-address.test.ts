import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clientAddress, parseTrustedProxies } from './client-address'

const nobody = parseTrustedProxies('', 'HOLDFAST_TRUSTED_PROXIES')
const proxies = parseTrustedProxies('10.0.0.0/8, 192.0.2.1, fd00::/8', 'HOLDFAST_TRUSTED_PROXIES')

describe('clientAddress', () => {
  it('is the socket’s, whatever the client claims, when no proxy is trusted', () => {
    fc.assert(
      fc.property(fc.option(fc.oneof(fc.ipV4(), fc.string()), { nil: undefined }), claim => {
        expect(clientAddress('198.51.100.7', claim, nobody)).toBe('198.51.100.7')
        expect(clientAddress('198.51.100.7', claim, proxies)).toBe('198.51.100.7')
      }),
    )
  })

  it('is whom the trusted proxies saw, not what the client wrote before them', () => {
    fc.assert(
      fc.property(fc.string(), claim => {
        const seen = `${claim}, 198.51.100.7, 10.1.2.3`
        expect(clientAddress('192.0.2.1', seen, proxies)).toBe('198.51.100.7')
      }),
    )
  })

  it('tells machines by one name on sockets of both families', () => {
    expect(clientAddress('::ffff:198.51.100.7', undefined, nobody)).toBe('198.51.100.7')
    expect(clientAddress('::ffff:10.0.0.9', '2001:db8::1', proxies)).toBe('2001:db8::1')
  })

  it('stays with the proxy when it forwards no address', () => {
    expect(clientAddress('10.0.0.9', undefined, proxies)).toBe('10.0.0.9')
    expect(clientAddress('10.0.0.9', 'nonsense', proxies)).toBe('10.0.0.9')
  })
})

it.each(['10.0.0', '10.0.0.0/33', '10.0.0.0/0', 'fd00::/129', '10.0.0.0/8/8', 'proxy.example', '10.0.0.0/'])(
  'refuses %s as a trusted proxy',
  text => {
    expect(() => parseTrustedProxies(`192.0.2.1, ${text}`, 'here')).toThrowError(
      expect.objectContaining({
        code: 'invalid-input',
        where: 'here',
        message: expect.stringContaining(text),
      }),
    )
  },
)
