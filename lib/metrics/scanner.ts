import { LineReader } from './line-reader'
import { PlainLineReader } from './plain-line-reader'
import { StringCache } from './string-cache'
import {
  ANY_FAMILY,
  NOT_TAKEN,
  SCAN_LIMITS,
  type ScanLimits,
  type ScanSummary,
  TextScanner,
} from './text-scanner'

/** A sample of a wanted family. `labels` are the values asked for, in that order, `''` when absent; it is reused. */
export type OnSample<F extends string> = (
  family: F,
  value: number,
  labels: readonly string[],
  timestamp: number | undefined,
) => void

export interface Scanner {
  /** Takes the next bytes, cut anywhere; they are not kept beyond the current line. Never throws. */
  push(chunk: Uint8Array): void
  /**
   * Ends the text. A last line without a line feed is read only when `complete` says that the sender finished:
   * in a text that was cut, its number may have lost digits.
   */
  finish(end?: { complete?: boolean }): ScanSummary
}

/**
 * A streaming scanner of Prometheus and OpenMetrics text that reads the wanted families and skips all else,
 * holding no more than one line.
 * `families` maps a sample's full name (`x_bucket` and `x_sum` are their own) to the labels to hand over.
 */
export function createScanner<F extends string>(options: {
  families: Readonly<Record<F, readonly string[]>>
  onSample: OnSample<F>
  limits?: Partial<ScanLimits>
}): Scanner {
  const { onSample, families } = options
  const names = Object.keys(families) as F[]
  const wanted = names.map(name => families[name].map(label => new Uint8Array(Buffer.from(label))))
  const limits = { ...SCAN_LIMITS, ...options.limits }
  const strings = new StringCache()
  const plain = new PlainLineReader(strings, limits.maxLabelBytes)
  const line = new LineReader(strings, limits.maxLabelBytes)
  const scanner = new TextScanner(
    limits,
    new Map(names.map((name, index) => [name, index])),
    (buf, start, nameEnd, end, family) => {
      if (family === ANY_FAMILY) return takeQuoted(buf, start, end)
      const labels = wanted[family] ?? []
      const value = plain.read(buf, nameEnd, end, labels)
      if (value !== undefined) {
        onSample(names[family] as F, value, plain.values, undefined)
        return ''
      }
      if (!line.read(buf, start, end, labels)) return line.problem
      if (line.isHistogram) return NOT_TAKEN
      onSample(names[family] as F, line.value, line.values, line.timestamp)
      return ''
    },
  )

  /** `{"name", label="value"} 1`: the family is known only after reading. */
  function takeQuoted(buf: Buffer, start: number, end: number): string {
    if (!line.read(buf, start, end, undefined)) return line.problem
    const family = line.metric as F
    if (line.isHistogram || !Object.hasOwn(families, family)) return NOT_TAKEN
    const labels = families[family].map(label => line.values[line.names.indexOf(label)] ?? '')
    onSample(family, line.value, labels, line.timestamp)
    return ''
  }

  return {
    push: chunk => scanner.push(chunk),
    finish: end => scanner.finish(end?.complete ?? false, () => line.oddEscape),
  }
}
