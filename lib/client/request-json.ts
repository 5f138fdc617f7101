import type { z } from 'zod'
import { problemDto } from '../wire/problem'
import { ProblemError } from './problem-error'

interface JsonRequest<T> {
  method?: 'GET' | 'POST' | 'DELETE'
  body?: unknown
  /** The session's token; required by the server on every write from a browser. */
  csrfToken?: string | undefined
  signal?: AbortSignal
  /** Checks the answer's shape; omit when the body does not matter. */
  schema?: z.ZodType<T>
}

/**
 * Same-origin request to our own API.
 * @throws ProblemError when the server refuses, cannot be reached, or answers in a shape that is not understood
 */
export async function requestJson<T>(path: string, options: JsonRequest<T> = {}): Promise<T> {
  const { method = 'GET', body, csrfToken, signal, schema } = options
  const headers: Record<string, string> = { accept: 'application/json' }
  if (body !== undefined) headers['content-type'] = 'application/json'
  if (csrfToken) headers['x-holdfast-csrf'] = csrfToken
  let response: Response
  try {
    response = await fetch(path, {
      method,
      headers,
      credentials: 'same-origin',
      cache: 'no-store',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    })
  } catch (cause) {
    if (signal?.aborted) throw cause
    throw new ProblemError(
      {
        type: 'about:blank',
        title: 'No answer',
        status: 0,
        code: 'unreachable',
        detail: 'Holdfast did not answer this browser.',
        hint: 'Check that it still runs and that this machine reaches it, then try again.',
      },
      cause,
    )
  }
  const text = await response.text()
  const parsed = parseJson(text)
  if (!response.ok) throw problemOf(response, parsed)
  if (!schema) return parsed as T
  const checked = schema.safeParse(parsed)
  if (checked.success) return checked.data
  const issue = checked.error.issues[0]
  throw new ProblemError({
    type: 'about:blank',
    title: 'Answer not understood',
    status: response.status,
    code: 'answer-not-understood',
    detail: `The answer of ${path} has an unexpected shape at ${issue?.path.join('.') || 'its root'}: ${issue?.message ?? 'unknown'}.`,
    hint: 'Reload the page: this browser may run an older version than the server.',
  })
}

/** Undefined when it is no JSON, such as the page of a proxy; the schema says so then. */
function parseJson(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function problemOf(response: Response, body: unknown): ProblemError {
  const problem = problemDto.safeParse(body)
  if (problem.success) return new ProblemError(problem.data)
  return new ProblemError({
    type: 'about:blank',
    title: response.statusText || 'Refused',
    status: response.status,
    code: `http-${response.status}`,
    detail: `Holdfast answered ${response.status} without saying why.`,
  })
}
