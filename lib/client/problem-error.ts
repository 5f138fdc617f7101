import type { ProblemDto } from '../wire/problem'

/** A failed request, in the words of the server's problem details, or of the browser when no server answered. */
export class ProblemError extends Error {
  readonly status: number
  readonly code: string
  readonly hint: string | undefined
  /** What of the request it is about. */
  readonly where: string | undefined
  readonly blockedBy: { guard: string; reason: string }[]

  constructor(problem: ProblemDto, cause?: unknown) {
    super(problem.detail || problem.title, { cause })
    this.name = 'ProblemError'
    this.status = problem.status
    this.code = problem.code
    this.hint = problem.hint
    this.where = problem.where
    this.blockedBy = problem.blockedBy ?? []
  }
}

/** What to show of an unknown error: one sentence, and how to mend it when that is known. */
export function wordsOf(error: unknown): { text: string; hint: string | undefined } {
  if (error instanceof ProblemError) {
    const blocked = error.blockedBy.map(b => `${b.guard}: ${b.reason}`).join(' ')
    return { text: blocked ? `${error.message} ${blocked}` : error.message, hint: error.hint }
  }
  return { text: error instanceof Error ? error.message : String(error), hint: undefined }
}
