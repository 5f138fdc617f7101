import { lexCorefile, type Token } from '../corefile/lex-corefile'

/** A directive in the text of a Corefile: its words on the first line, and the lines of its block. */
interface Directive {
  line: number
  args: Token[]
  /** First line inside the block, and the line of its closing brace; undefined without a block. */
  block?: { from: number; to: number }
}

/** Finds the directive whose name stands on `line` (1-based); undefined when it is not in this file, or all on one line. */
function findDirective(text: string, name: string, line: number): Directive | undefined {
  const tokens = lexCorefile(text)
  const start = tokens.findIndex(token => token.line === line && token.text === name)
  if (start < 0) return undefined
  const args: Token[] = []
  let i = start + 1
  while (tokens[i]?.line === line && tokens[i]?.text !== '{') args.push(tokens[i++] as Token)
  if (tokens[i]?.line !== line) return { line, args }
  let depth = 0
  for (; i < tokens.length; i++) {
    const token = tokens[i] as Token
    if (token.text === '{') depth++
    if (token.text === '}' && --depth === 0) {
      return token.line > line ? { line, args, block: { from: line + 1, to: token.line } } : undefined
    }
  }
  return undefined
}

const indentOf = (line: string | undefined) => /^\s*/.exec(line ?? '')?.[0] ?? ''

/** Sets a property in a directive's block, opening one when there is none; undefined when the text defies editing. */
export function setProperty(
  text: string,
  directive: string,
  line: number,
  property: string,
  value: string,
): string | undefined {
  const found = findDirective(text, directive, line)
  if (!found) return undefined
  const lines = text.split('\n')
  const outer = indentOf(lines[line - 1])
  if (!found.block) {
    const [, head = '', comment = ''] = /^(.*?)(\s+#.*)?\s*$/.exec(lines[line - 1] ?? '') ?? []
    lines.splice(
      line - 1,
      1,
      `${head} {${comment}`,
      `${outer}    ${property} ${value}`.trimEnd(),
      `${outer}}`,
    )
    return lines.join('\n')
  }
  const { from, to } = found.block
  const own = lexCorefile(text).find(
    (token, i, all) =>
      token.text === property && token.line >= from && token.line < to && all[i - 1]?.line !== token.line,
  )
  const inner = own ? indentOf(lines[own.line - 1]) : to > from ? indentOf(lines[from - 1]) : `${outer}    `
  lines.splice((own?.line ?? from) - 1, own ? 1 : 0, `${inner}${property} ${value}`.trimEnd())
  return lines.join('\n')
}

/** Raises the TTLs of a `cache` directive to at least `ttl`, wherever it states them for that kind of answer. */
export function raiseCacheTtl(
  text: string,
  line: number,
  ttl: number,
  kind: 'success' | 'denial' = 'success',
): string | undefined {
  const found = findDirective(text, 'cache', line)
  if (!found) return undefined
  const lines = text.split('\n')
  const [first] = found.args
  if (first && /^\d+$/.test(first.text) && Number(first.text) < ttl) {
    lines[line - 1] = (lines[line - 1] ?? '').replace(/(cache\s+)\d+/, `$1${ttl}`)
  }
  for (let i = found.block?.from ?? 1; found.block && i < found.block.to; i++) {
    const text = lines[i - 1] ?? ''
    const limits = /^(\s*(success|denial)\s+\S+\s+)(\d+)(.*)$/.exec(text)
    if (limits?.[2] === kind && Number(limits[3]) < ttl) lines[i - 1] = `${limits[1]}${ttl}${limits[4]}`
  }
  return lines.join('\n')
}

/** Puts lines before a directive, indented like it; undefined when it does not stand there. */
export function insertBefore(
  text: string,
  directive: string,
  line: number,
  added: readonly string[],
): string | undefined {
  if (!findDirective(text, directive, line)) return undefined
  const lines = text.split('\n')
  const indent = indentOf(lines[line - 1])
  lines.splice(line - 1, 0, ...added.map(one => `${indent}${one}`))
  return lines.join('\n')
}
