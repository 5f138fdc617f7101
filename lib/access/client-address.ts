import { BlockList, isIP } from 'node:net'
import { HoldfastError } from '../errors'

/** Addresses and networks of reverse proxies whose `X-Forwarded-For` is believed. */
export type TrustedProxies = BlockList

/**
 * Reads a list such as `10.0.0.5, 192.168.0.0/16, fd00::/8`.
 * @throws HoldfastError `invalid-input` naming the part that is neither an address nor a network
 */
export function parseTrustedProxies(text: string, where: string): TrustedProxies {
  const trusted = new BlockList()
  for (const part of text.split(',').map(one => one.trim())) {
    if (part === '') continue
    const [address = '', bits, ...more] = part.split('/')
    const family = familyOf(address)
    const prefix = bits === undefined ? undefined : Number(bits)
    const isPrefix =
      prefix === undefined ||
      (/^\d{1,3}$/.test(bits ?? '') && prefix >= 1 && prefix <= (family === 'ipv4' ? 32 : 128))
    if (!family || !isPrefix || more.length > 0)
      throw new HoldfastError('invalid-input', `"${part.slice(0, 80)}" is no address and no network.`, {
        where,
        hint: 'Addresses or networks with commas between, such as 10.0.0.5, 192.168.0.0/16.',
      })
    if (prefix === undefined) trusted.addAddress(address, family)
    else trusted.addSubnet(address, prefix, family)
  }
  return trusted
}

/**
 * Who is at the other end: the socket's address, unless that is a trusted proxy's. Then `X-Forwarded-For` is read
 * from its end, since every proxy appends whom it saw: the first that is not trusted is the client.
 */
export function clientAddress(
  socketAddress: string | undefined,
  forwardedFor: string | undefined,
  trusted: TrustedProxies,
): string {
  let client = plain(socketAddress ?? 'unknown')
  const hops = (forwardedFor ?? '').split(',').map(hop => plain(hop.trim()))
  for (let hop = hops.pop(); hop !== undefined && isTrusted(client, trusted); hop = hops.pop()) {
    // What is no address was not written by a proxy that knows its job: the last one known must do.
    if (!familyOf(hop)) break
    client = hop
  }
  return client
}

/** One machine has one name, whether the socket listens on IPv4 or on both. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '')
}

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  const version = isIP(address)
  return version === 4 ? 'ipv4' : version === 6 ? 'ipv6' : undefined
}

function isTrusted(address: string, trusted: TrustedProxies): boolean {
  const family = familyOf(address)
  return family !== undefined && trusted.check(address, family)
}
