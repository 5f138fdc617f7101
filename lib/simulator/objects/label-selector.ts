/** Parses the text form of label and field selectors; every requirement must hold. */
export type Selector = (labels: Readonly<Record<string, string>>) => boolean

export class SelectorError extends Error {}

const EVERYTHING: Selector = () => true
const SET = /^([\w./-]+)\s+(in|notin)\s+\(([^()]*)\)$/
const EQUALITY = /^([\w./-]+)\s*(==|=|!=)\s*([\w.-]*)$/
const EXISTS = /^(!?)\s*([\w./-]+)$/

/** @throws {SelectorError} when it cannot be read */
export function parseLabelSelector(text: string | null): Selector {
  if (!text?.trim()) return EVERYTHING
  // Commas within parentheses belong to a set.
  const tests = text.split(/,(?![^(]*\))/).map(part => parseRequirement(part.trim(), text))
  return labels => tests.every(test => test(labels))
}

function parseRequirement(part: string, text: string): Selector {
  const set = SET.exec(part)
  if (set) {
    const [, key = '', operator, list = ''] = set
    const values = list.split(',').map(value => value.trim())
    return operator === 'in'
      ? labels => key in labels && values.includes(labels[key] ?? '')
      : labels => !(key in labels) || !values.includes(labels[key] ?? '')
  }
  const equality = EQUALITY.exec(part)
  if (equality) {
    const [, key = '', operator, value] = equality
    return operator === '!=' ? labels => labels[key] !== value : labels => labels[key] === value
  }
  const exists = EXISTS.exec(part)
  if (exists) {
    const [, not, key = ''] = exists
    return labels => key in labels === (not === '')
  }
  throw new SelectorError(`unable to parse requirement: found '${part}', in selector '${text}'`)
}

/** Field selectors know `=`, `==` and `!=` only. */
export function parseFieldSelector(text: string | null, allowed: readonly string[]): Selector {
  if (!text?.trim()) return EVERYTHING
  const tests = text.split(',').map(part => {
    const match = /^([\w.]+)(==|=|!=)(.*)$/.exec(part.trim())
    if (!match) throw new SelectorError(`invalid selector: '${text}'; can't understand '${part.trim()}'`)
    const [, field = '', operator, value] = match
    if (!allowed.includes(field)) throw new SelectorError(`field label not supported: ${field}`)
    return (fields: Readonly<Record<string, string>>) => (fields[field] === value) === (operator !== '!=')
  })
  return fields => tests.every(test => test(fields))
}
