import { CorefileError } from './corefile-error'
import { onNewLine, onSameLine } from './dispenser'
import { type ImportableFiles, matchImports } from './import-files'
import { lexCorefile, type Token } from './lex-corefile'
import type { Environment } from './replace-env'
import type { CorefileProblem } from './types'

/** One server block: its keys, and the words of each directive (occurrences of one name follow each other). */
export interface Block {
  line: number
  keys: string[]
  /** Whether a key holds an environment variable whose value is not known. */
  unresolvedKey: boolean
  /** Directive names in the order of the file, repeated ones repeated. */
  order: string[]
  tokens: Map<string, Token[]>
}

/** Snippets that import each other would grow without end; CoreDNS stops at 10,000 expansions. */
const MAX_EXPANSIONS = 10_000
const MAX_COPIED_TOKENS = 5_000_000

/**
 * Groups the words of a Corefile by server block and directive, expanding snippets and imports, after
 * coredns/caddy's parser. Files that an import names and that are not in `files` are reported as warnings.
 * @throws CorefileError on a syntax error
 */
export function parseBlocks(
  text: string,
  environment: Environment,
  files: ImportableFiles,
): { blocks: Block[]; warnings: CorefileProblem[] } {
  const parser = new BlockParser(lexCorefile(text), environment, files)
  return { blocks: parser.parseAll(), warnings: parser.warnings }
}

class BlockParser {
  readonly warnings: CorefileProblem[] = []
  #cursor = -1
  #expansions = 0
  #copied = 0
  readonly #snippets = new Map<string, Token[]>()

  constructor(
    private tokens: Token[],
    private readonly environment: Environment,
    private readonly files: ImportableFiles,
  ) {}

  parseAll(): Block[] {
    const blocks: Block[] = []
    while (this.#next()) {
      const block = this.#parseOne()
      if (block && block.keys.length > 0) blocks.push(block)
    }
    return blocks
  }

  #val(): string {
    return this.tokens[this.#cursor]?.text ?? ''
  }

  #next(): boolean {
    if (this.#cursor >= this.tokens.length - 1) return false
    this.#cursor++
    return true
  }

  #isNewLine(): boolean {
    const before = this.tokens[this.#cursor - 1]
    const here = this.tokens[this.#cursor]
    if (!here) return false
    return !before || onNewLine(before, here)
  }

  #isLastOfLine(): boolean {
    const here = this.tokens[this.#cursor]
    const there = this.tokens[this.#cursor + 1]
    return !here || !there || !onSameLine(here, there)
  }

  #error(message: string): CorefileError {
    const token = this.tokens[this.#cursor] ?? this.tokens.at(-1)
    return new CorefileError(message, token?.line ?? 1, token?.file)
  }

  #parseOne(): Block | undefined {
    const block: Block = {
      line: this.tokens[this.#cursor]?.line ?? 1,
      keys: [],
      unresolvedKey: false,
      order: [],
      tokens: new Map(),
    }
    const atEnd = this.#addresses(block)
    if (atEnd) return block
    const [first = ''] = block.keys
    if (block.keys.length === 1 && first.startsWith('(') && first.endsWith(')')) {
      this.#defineSnippet(first.slice(1, -1))
      return undefined
    }
    const braces = this.#val() === '{'
    if (!braces) this.#cursor--
    this.#directives(block)
    if (braces && this.#val() !== '}') {
      throw this.#error(`the server block of line ${block.line} has no closing brace`)
    }
    return block
  }

  /** Reads the keys; true when the file ends with them. */
  #addresses(block: Block): boolean {
    let expectingAnother = false
    for (;;) {
      const { text, unresolved } = this.environment.replace(this.#val())
      if (text === 'import' && this.#isNewLine()) {
        this.#import()
        if (this.#cursor < this.tokens.length) continue
        if (expectingAnother) throw this.#error('the file ends after a comma')
        return true
      }
      if (text === '{') {
        if (expectingAnother) throw this.#error("another zone belongs after the comma, not '{'")
        return false
      }
      if (text !== '') {
        if (block.keys.length === 0) block.line = this.tokens[this.#cursor]?.line ?? block.line
        expectingAnother = text.endsWith(',')
        block.keys.push(expectingAnother ? text.slice(0, -1) : text)
        block.unresolvedKey ||= unresolved
      }
      if (!this.#next()) {
        if (expectingAnother) throw this.#error('the file ends after a comma')
        this.#cursor = this.tokens.length
        return true
      }
      if (!expectingAnother && this.#isNewLine()) return false
    }
  }

  #directives(block: Block): void {
    while (this.#next()) {
      if (this.#val() === '}') return
      if (this.#val() === 'import') {
        this.#import()
        this.#cursor--
      } else this.#directive(block)
    }
  }

  #directive(block: Block): void {
    const name = this.environment.replace(this.#val()).text
    const words = block.tokens.get(name) ?? []
    block.tokens.set(name, words)
    block.order.push(name)
    const started = this.#val()
    this.#take(words)
    let nesting = 0
    while (this.#next()) {
      if (this.#val() === '{') nesting++
      else if (this.#isNewLine() && nesting === 0) {
        this.#cursor--
        return
      } else if (this.#val() === '}') {
        if (nesting === 0) throw this.#error(`'}' without an opening brace after '${started}'`)
        nesting--
      } else if (this.#val() === 'import' && this.#isNewLine()) {
        this.#import()
        this.#cursor--
        continue
      }
      this.#take(words)
    }
    if (nesting > 0) throw this.#error(`the file ends inside the block of '${started}'`)
  }

  #take(words: Token[]): void {
    const token = this.tokens[this.#cursor]
    if (token) words.push({ ...token, ...this.environment.replace(token.text) })
  }

  #defineSnippet(name: string): void {
    if (this.#snippets.has(name)) throw this.#error(`snippet '${name}' is declared twice`)
    if (this.#val() !== '{') throw this.#error(`'{' belongs after the name of snippet '${name}'`)
    const body: Token[] = []
    for (let depth = 1; ; ) {
      if (!this.#next()) throw this.#error(`snippet '${name}' has no closing brace`)
      if (this.#val() === '}' && --depth === 0) break
      if (this.#val() === '{') depth++
      const token = this.tokens[this.#cursor]
      if (token) body.push(token)
    }
    for (const [i, token] of body.entries()) {
      const before = body[i - 1]
      if (token.text !== 'import' || (before && before.file === token.file && before.line === token.line))
        continue
      const imported = body[i + 1]
      if (imported && this.environment.replace(imported.text).text === name) {
        throw this.#error(`snippet '${name}' imports itself`)
      }
    }
    this.#snippets.set(name, body)
  }

  /** Puts the words of a snippet or file in the place of `import NAME`; the cursor ends on the first of them. */
  #import(): void {
    if (this.#isLastOfLine()) throw this.#error('import needs a snippet, a file or a glob')
    this.#cursor++
    const { text: name, unresolved } = this.environment.replace(this.#val())
    if (name === '' && !unresolved) throw this.#error('import needs a name that is not empty')
    if (!this.#isLastOfLine()) throw this.#error('import takes one argument only')
    if (++this.#expansions > MAX_EXPANSIONS) throw this.#error('imports are nested too deeply')
    const imported = this.#snippets.get(name)?.map(token => ({ ...token })) ?? this.#readFiles(name)
    this.#copied += this.tokens.length + imported.length
    if (this.#copied > MAX_COPIED_TOKENS) throw this.#error('imports make the file too large')
    const at = this.#cursor - 1
    this.tokens = this.tokens.slice(0, at).concat(imported, this.tokens.slice(at + 2))
    this.#cursor = at
  }

  #readFiles(name: string): Token[] {
    const here = this.tokens[this.#cursor]
    const found = matchImports(name, here?.file, this.files)
    if ('problem' in found) throw this.#error(found.problem)
    if (found.matches.length === 0) {
      const what = found.isGlob
        ? `import glob '${name}' matches nothing here`
        : `imported file '${name}' is not known here`
      this.warnings.push({ line: here?.line ?? 1, file: here?.file, message: what })
    }
    return found.matches.flatMap(file => lexCorefile(file.text, file.path))
  }
}
