/** A word of a Corefile. `file` is set on words of imported files. */
export interface Token {
  text: string
  line: number
  file?: string
  /** It named an environment variable whose value is not known here. */
  unresolved?: boolean
}

/** White space as Go's unicode.IsSpace sees it, which differs from `\s` by U+0085 and U+FEFF. */
const SPACE = /[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/

/**
 * Splits a Corefile into words as coredns/caddy's lexer does: white space separates; `"` at the start of a word quotes
 * until the next `"`, also over lines, and `\"` is the only escape; `#` starts a comment, which inside a word lasts to
 * the end of that word only; carriage returns vanish. There is no line continuation: a backslash is a letter.
 */
export function lexCorefile(text: string, file?: string): Token[] {
  const tokens: Token[] = []
  let line = 1
  let value = ''
  let started = 1
  let comment = false
  let quoted = false
  let escaped = false

  const emit = () => {
    tokens.push({ text: value, line: started, file })
    value = ''
  }
  for (const ch of text.charCodeAt(0) === 0xfeff ? text.slice(1) : text) {
    if (quoted) {
      if (!escaped && ch === '\\') {
        escaped = true
        continue
      }
      if (!escaped && ch === '"') {
        quoted = false
        emit()
        continue
      }
      if (ch === '\n') line++
      value += escaped && ch !== '"' ? `\\${ch}` : ch
      escaped = false
      continue
    }
    if (SPACE.test(ch)) {
      if (ch === '\r') continue
      if (ch === '\n') {
        line++
        comment = false
      }
      if (value !== '') {
        emit()
        comment = false
      }
      continue
    }
    if (ch === '#') comment = true
    if (comment) continue
    if (value === '') {
      started = line
      if (ch === '"') {
        quoted = true
        continue
      }
    }
    value += ch
  }
  if (value !== '') emit()
  return tokens
}
