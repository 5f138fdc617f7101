/** Values for `{$NAME}` and `{%NAME%}`, and a record of which names were asked for. */
export class Environment {
  readonly asked = new Set<string>()

  constructor(private readonly values: Readonly<Record<string, string>> = {}) {}

  /** Replaces references in `text` in the order and with the quirks of coredns/caddy's replaceEnvVars. */
  replace(text: string): { text: string; unresolved: boolean } {
    let unresolved = false
    const lookUp = (name: string): string => {
      this.asked.add(name)
      const value = Object.hasOwn(this.values, name) ? this.values[name] : undefined
      if (value === undefined) unresolved = true
      return value ?? ''
    }
    const replaced = replaceReferences(replaceReferences(text, '{%', '%}', lookUp), '{$', '}', lookUp)
    return { text: replaced, unresolved }
  }
}

/** A value may hold a reference again; a variable that names itself would never end, hence the bound. */
const MAX_REPLACEMENTS = 100

function replaceReferences(
  text: string,
  start: string,
  end: string,
  lookUp: (name: string) => string,
): string {
  let result = text
  for (let i = 0; i < MAX_REPLACEMENTS && result.length < 65_536; i++) {
    const from = result.indexOf(start)
    const to = from < 0 ? -1 : result.indexOf(end, from)
    if (to < 0 || to <= from + start.length) return result
    const reference = result.slice(from, to + end.length)
    result = result.replaceAll(reference, () => lookUp(reference.slice(start.length, -end.length)))
  }
  return result
}
