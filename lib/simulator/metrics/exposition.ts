/** Writes Prometheus text (version 0.0.4), as cheaply as strings allow. */
export class Exposition {
  #text = ''

  family(name: string, type: 'counter' | 'gauge' | 'histogram', help: string): this {
    this.#text += `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`
    return this
  }

  /** `labels` is the part between the braces; undefined values are series that do not exist yet. */
  series(name: string, labels: string, value: number | undefined): this {
    if (value === undefined) return this
    this.#text +=
      labels === '' ? `${name} ${formatValue(value)}\n` : `${name}{${labels}} ${formatValue(value)}\n`
    return this
  }

  /** `counts` are cumulative, one a bound, the last bound Infinity. */
  histogram(
    name: string,
    labels: string,
    bounds: readonly number[],
    counts: readonly number[],
    sum: number,
  ): this {
    const before = labels === '' ? '' : `${labels},`
    for (let i = 0; i < bounds.length; i++) {
      const bound = bounds[i] === Number.POSITIVE_INFINITY ? '+Inf' : bounds[i]
      this.#text += `${name}_bucket{${before}le="${bound}"} ${counts[i]}\n`
    }
    return this.series(`${name}_sum`, labels, sum).series(
      `${name}_count`,
      labels,
      counts[counts.length - 1] ?? 0,
    )
  }

  toString(): string {
    return this.#text
  }
}

/** Go writes large and small numbers with an exponent (strconv 'g'); what is read is the same. */
function formatValue(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value)
  return Math.abs(value) >= 1e6 ? value.toExponential().replace(/e\+(\d)$/, 'e+0$1') : String(value)
}
