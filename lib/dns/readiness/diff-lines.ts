const CONTEXT = 2

/** A unified diff of two short texts (a ConfigMap's file), by longest common subsequence; empty when they are equal. */
export function diffLines(before: string, after: string, name: string): string {
  if (before === after) return ''
  const a = before.split('\n')
  const b = after.split('\n')
  const steps = alignLines(a, b)
  const keep = steps.map((_, i) =>
    steps.slice(Math.max(0, i - CONTEXT), i + CONTEXT + 1).some(s => s.mark !== ' '),
  )
  const out = [`--- ${name}`, `+++ ${name}`]
  for (let i = 0; i < steps.length; ) {
    if (!keep[i]) {
      i++
      continue
    }
    let end = i
    while (end < steps.length && keep[end]) end++
    const hunk = steps.slice(i, end)
    const from = (steps[i]?.a ?? 0) + 1
    const to = (steps[i]?.b ?? 0) + 1
    const removed = hunk.filter(s => s.mark !== '+').length
    const added = hunk.filter(s => s.mark !== '-').length
    out.push(`@@ -${from},${removed} +${to},${added} @@`, ...hunk.map(s => `${s.mark}${s.text}`))
    i = end
  }
  return out.join('\n')
}

interface Step {
  mark: ' ' | '-' | '+'
  text: string
  /** Lines of each text before this step. */
  a: number
  b: number
}

/** Beyond this many pairs of lines, what differs is shown as taken out and put in as a whole. */
const MAX_PAIRS = 4_000_000

function alignLines(a: readonly string[], b: readonly string[]): Step[] {
  let head = 0
  while (head < a.length && head < b.length && a[head] === b[head]) head++
  let tail = 0
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++
  const steps: Step[] = []
  const same = (i: number, j: number) => steps.push({ mark: ' ', text: a[i] ?? '', a: i, b: j })
  const out = (i: number, j: number) => steps.push({ mark: '-', text: a[i] ?? '', a: i, b: j })
  const put = (i: number, j: number) => steps.push({ mark: '+', text: b[j] ?? '', a: i, b: j })

  for (let i = 0; i < head; i++) same(i, i)
  const [endA, endB] = [a.length - tail, b.length - tail]
  const width = endB - head + 1
  const tooLarge = (endA - head) * (endB - head) > MAX_PAIRS
  const common = new Uint32Array(tooLarge ? 0 : (endA - head + 1) * width)
  const at = (i: number, j: number) => common[(i - head) * width + (j - head)] ?? 0
  for (let i = endA - 1; i >= head && !tooLarge; i--) {
    for (let j = endB - 1; j >= head; j--) {
      common[(i - head) * width + (j - head)] =
        a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  let [i, j] = [head, head]
  while (i < endA || j < endB) {
    if (!tooLarge && i < endA && j < endB && a[i] === b[j]) same(i++, j++)
    else if (i < endA && (j >= endB || at(i + 1, j) >= at(i, j + 1))) out(i++, j)
    else put(i, j++)
  }
  for (; i < a.length; i++, j++) same(i, j)
  return steps
}
