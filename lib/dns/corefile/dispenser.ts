import { CorefileError } from './corefile-error'
import type { Token } from './lex-corefile'

const lineBreaks = (token: Token) => token.text.split('\n').length - 1

/** Whether `b` stands on a later line than `a`, or in another file; a quoted word may span lines. */
export function onNewLine(a: Token, b: Token): boolean {
  return a.file !== b.file || a.line + lineBreaks(a) < b.line
}

/** Whether `b` goes on on the line of `a`. Not the contrary of onNewLine: a snippet's word may come from above. */
export function onSameLine(a: Token, b: Token): boolean {
  return a.file === b.file && a.line + lineBreaks(a) === b.line
}

/** Hands out the words of one directive, with the walking rules of coredns/caddy's Dispenser. */
export class Dispenser {
  #cursor = -1
  #nesting = 0

  constructor(readonly tokens: readonly Token[]) {}

  val(): string {
    return this.tokens[this.#cursor]?.text ?? ''
  }

  get line(): number {
    return (this.tokens[this.#cursor] ?? this.tokens.at(-1))?.line ?? 0
  }

  next(): boolean {
    if (this.#cursor >= this.tokens.length - 1) return false
    this.#cursor++
    return true
  }

  /** Moves to the next word if it is on the same line. */
  nextArg(): boolean {
    const here = this.tokens[this.#cursor]
    const there = this.tokens[this.#cursor + 1]
    if (!there) return false
    if (here && !onSameLine(here, there)) return false
    this.#cursor++
    return true
  }

  /** The other words of the line, up to an opening brace. */
  remainingArgs(): string[] {
    const args: string[] = []
    while (this.nextArg()) {
      if (this.val() === '{') {
        this.#cursor--
        break
      }
      args.push(this.val())
    }
    return args
  }

  /** Moves to the next property of the directive's block; false when it ended or there is none. */
  nextBlock(): boolean {
    if (this.#nesting > 0) {
      if (!this.next()) return false
      if (this.val() === '{') this.#cursor--
      else if (this.val() === '}') {
        this.#nesting--
        return false
      } else return true
    }
    if (!this.nextArg()) return false
    if (this.val() !== '{') {
      this.#cursor--
      return false
    }
    if (!this.next() || this.val() === '}') return false
    this.#nesting++
    return true
  }

  error(message: string): CorefileError {
    const file = this.tokens[this.#cursor]?.file
    return new CorefileError(message, this.line, file)
  }

  argumentError(): CorefileError {
    return this.error(
      this.val() === '{'
        ? "unexpected '{' where an argument belongs"
        : `wrong number of arguments after '${this.val()}'`,
    )
  }
}
