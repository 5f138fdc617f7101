const MAX_LENGTH = 64

/** The nearest of `known` to a mistyped word, when near enough to be meant: two letters differ, or a third of a long word. */
export function didYouMean(word: string, known: Iterable<string>): string | undefined {
  let best: string | undefined
  let least = Number.POSITIVE_INFINITY
  const needle = word.slice(0, MAX_LENGTH).toLowerCase()
  for (const candidate of known) {
    const distance = editDistance(needle, candidate.slice(0, MAX_LENGTH).toLowerCase())
    if (distance < least) {
      least = distance
      best = candidate
    }
  }
  const most = word.length <= 3 ? 1 : Math.max(2, Math.floor(word.length / 3))
  return least <= most ? best : undefined
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same))
    }
    row = next
  }
  return row[b.length] ?? 0
}
