/** The bytes of an IPv4 or IPv6 address that `net.isIP` has accepted. */
function addressBytes(address: string): number[] {
  if (!address.includes(':')) return address.split('.').map(Number)
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address)
  const text = dotted
    ? `${dotted[1]}${hex16(Number(dotted[2]), Number(dotted[3]))}:${hex16(Number(dotted[4]), Number(dotted[5]))}`
    : address
  const [head = '', tail] = text.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length
  return [...left, ...Array<string>(zeros).fill('0'), ...right].flatMap(group => {
    const n = Number.parseInt(group, 16)
    return [n >> 8, n & 255]
  })
}

const hex16 = (high: number, low: number) => ((high << 8) | low).toString(16)

/**
 * The reverse zones that together make up a network: one when the mask ends on an octet (IPv4) or nibble (IPv6),
 * else one for each next longer boundary (`10.0.0.0/27` is 32 zones). Source: CoreDNS plugin/pkg/cidr.
 */
export function reverseZones(address: string, bits: number): string[] {
  const v6 = address.includes(':')
  const size = v6 ? 4 : 8
  const bytes = addressBytes(address)
  const digits = v6 ? bytes.flatMap(b => [b >> 4, b & 15]) : bytes
  const whole = Math.floor(bits / size)
  const rest = bits % size
  const suffix = v6 ? 'ip6.arpa.' : 'in-addr.arpa.'
  const zone = (labels: number[]) =>
    [...labels.reverse().map(n => n.toString(v6 ? 16 : 10)), suffix].join('.')
  const prefix = digits.slice(0, whole)
  if (rest === 0) return [zone(prefix)]
  const span = 2 ** (size - rest)
  const first = Math.floor((digits[whole] ?? 0) / span) * span
  return Array.from({ length: span }, (_, i) => zone([...prefix, first + i]))
}
