import { asRecord } from '../saved-object'

/** One backend of a route's rules that send to the chosen one, with its weights summed. */
export interface Backend {
  namespace?: string
  name: string
  weight: number
}

/** The most that a weight may be (Gateway API BackendRef). */
const MAX_WEIGHT = 1_000_000
/** Weights are whole numbers; the finer the scale, the closer the others keep their proportions. */
const SCALE = 10_000

type Rule = Record<string, unknown>

/**
 * The rules with `to` at so many per cent wherever it is a backend; the others of the rule share the rest in the
 * proportions that they had, or evenly where they had none. Rules without it, or with it alone, stay as they are.
 */
export function shiftWeights(
  rules: unknown,
  to: string,
  percent: number,
): { rules: Rule[]; notes: string[] } | { leftOut: string } {
  if (!Array.isArray(rules)) return { leftOut: 'its rules cannot be read' }
  let shifted = 0
  let alone = 0
  const after = rules.map(asRecord).map(rule => {
    const refs = refsOf(rule)
    if (!refs.some(ref => ref.name === to)) return rule
    if (refs.every(ref => ref.name === to)) {
      alone++
      return rule
    }
    shifted++
    return { ...rule, backendRefs: weighed(refs, to, percent) }
  })
  if (shifted === 0) {
    return {
      leftOut: alone > 0 ? `${to} is the only backend of its rules` : `none of its rules sends to ${to}`,
    }
  }
  if (JSON.stringify(after) === JSON.stringify(rules)) return { leftOut: `${to} has ${percent} % already` }
  const notes =
    alone > 0 ? [`${to} is the only backend of ${alone} of its rules: they stay as they are.`] : []
  return { rules: after, notes }
}

function weighed(refs: readonly Rule[], to: string, percent: number): Rule[] {
  const [own, others] = [refs.filter(ref => ref.name === to), refs.filter(ref => ref.name !== to)]
  const total = others.reduce((sum, ref) => sum + weightOf(ref), 0)
  const mine = (percent / 100) * SCALE
  return refs.map(ref => {
    if (ref.name === to) return { ...ref, weight: Math.round(mine / own.length) }
    const share = total > 0 ? weightOf(ref) / total : 1 / others.length
    return { ...ref, weight: Math.round((SCALE - mine) * share) }
  })
}

/** Backends of the rules that `to` is part of. */
export function backendsOf(rules: unknown, to: string): Backend[] {
  const sums = new Map<string, Backend>()
  for (const rule of Array.isArray(rules) ? rules.map(asRecord) : []) {
    const refs = refsOf(rule)
    if (!refs.some(ref => ref.name === to)) continue
    const total = refs.reduce((sum, ref) => sum + weightOf(ref), 0)
    for (const ref of refs) {
      const name = String(ref.name)
      const namespace = typeof ref.namespace === 'string' ? ref.namespace : undefined
      const weight = total > 0 ? weightOf(ref) / total : 0
      sums.set(name, { namespace, name, weight: (sums.get(name)?.weight ?? 0) + weight })
    }
  }
  return [...sums.values()]
}

/** Share of the traffic of these backends, 0 to 1; rules are taken to carry alike. */
export function shareOf(backends: readonly Backend[], name: string): number {
  const total = backends.reduce((sum, { weight }) => sum + weight, 0)
  const own = backends.find(backend => backend.name === name)?.weight ?? 0
  return total > 0 ? own / total : 0
}

function refsOf(rule: Rule): Rule[] {
  return Array.isArray(rule.backendRefs) ? rule.backendRefs.map(asRecord) : []
}

/** 1 where it is not told (Gateway API BackendRef). */
function weightOf({ weight }: Rule): number {
  return typeof weight === 'number' && weight >= 0 ? Math.min(weight, MAX_WEIGHT) : 1
}
