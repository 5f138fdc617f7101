/** FNV-1a, 32 bits: names and identities that stay the same between starts. */
export function stableHash(text: string): number {
  let bits = 0x811c9dc5
  for (let i = 0; i < text.length; i++) bits = Math.imul(bits ^ text.charCodeAt(i), 0x01000193)
  // FNV's low bits differ little between texts that end alike.
  bits = Math.imul(bits ^ (bits >>> 15), 0x2c1b3c6d)
  return (bits ^ (bits >>> 13)) >>> 0
}

const LETTERS = 'bcdfghjklmnpqrstvwxz2456789'

/** A suffix of generated names, from the letters that Kubernetes uses for them. */
export function nameSuffix(text: string, length: number): string {
  let bits = stableHash(text)
  let suffix = ''
  for (let i = 0; i < length; i++) {
    if (i % 5 === 4) bits = stableHash(`${text}${i}`)
    suffix += LETTERS[bits % LETTERS.length]
    bits = Math.floor(bits / LETTERS.length)
  }
  return suffix
}

/** A uid that belongs to a text. */
export function stableUid(text: string): string {
  const part = (salt: string) => stableHash(`${salt}${text}`).toString(16).padStart(8, '0')
  const [a, b, c, d] = [part('a'), part('b'), part('c'), part('d')] as [string, string, string, string]
  return `${a}-${b.slice(0, 4)}-4${b.slice(5)}-a${c.slice(0, 3)}-${c.slice(3)}${d.slice(1)}`
}
