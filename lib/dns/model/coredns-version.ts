/** Major, minor, patch. */
export type Version = readonly [number, number, number]

/**
 * Reads CoreDNS' `1.11.3`, `v1.11.3-eksbuild.1` or an image reference with a tag; undefined when there is none. Tags
 * of node-cache images number the image, not the CoreDNS inside, so they say nothing.
 */
export function parseVersion(text: string): Version | undefined {
  if (/node-?(?:local-?)?(?:dns-?)?cache|node-?local-?dns/i.test(text)) return undefined
  const match = /(?:^|[:v])v?(\d{1,4})\.(\d{1,4})(?:\.(\d{1,4}))?(?![\d.]*\/)/.exec(text)
  return match ? [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)] : undefined
}

export function isBefore(a: Version, b: Version): boolean {
  for (let i = 0; i < 3; i++) {
    const left = a[i] ?? 0
    const right = b[i] ?? 0
    if (left !== right) return left < right
  }
  return false
}
