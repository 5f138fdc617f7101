/** A stable number in [0, 1) from a text: spreads starts so that a fleet is never asked in step (FNV-1a). */
export function hashPhase(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  // The last step mixes the high bits, which FNV leaves alike for texts that differ at their end only.
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32
}
