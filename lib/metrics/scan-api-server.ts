import { API_SERVER_FAMILIES, SampleFold } from './fold-sample'
import { createScanner } from './scanner'
import type { ScanLimits } from './text-scanner'
import type { ApiServerSample } from './types'

export interface ApiServerScan {
  /** Takes the next bytes of `/metrics`, decompressed and cut anywhere. Never throws. */
  push(chunk: Uint8Array): void
  /** `complete`: the transport says that the whole text came; else a last line without line feed is not trusted. */
  finish(end?: { complete?: boolean }): ApiServerSample
}

const FAMILIES = Object.fromEntries(
  Object.entries(API_SERVER_FAMILIES).map(([name, { labels }]) => [name, labels]),
)

/** Reads one scrape of one kube-apiserver, 1.20 to 1.36, as it streams in. */
export function createApiServerScan(limits?: Partial<ScanLimits>): ApiServerScan {
  const fold = new SampleFold()
  const scanner = createScanner({
    families: FAMILIES,
    limits,
    onSample: (family, value, labels) => API_SERVER_FAMILIES[family]?.fold(fold, value, labels),
  })
  return {
    push: scanner.push,
    finish: end => {
      const { scannedBytes, keptSeries, seenSeries, cut, damage } = scanner.finish(end)
      const nothing = keptSeries === 0 ? 'no series of an API server in it' : ''
      return {
        ...fold.finish(),
        scannedBytes,
        keptSeries,
        seenSeries,
        cut: cut || undefined,
        damage: [damage, nothing].filter(Boolean).join('; ') || undefined,
      }
    },
  }
}
