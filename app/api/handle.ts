import 'server-only'
import type { z } from 'zod'
import { assertSameSite, authorise, type Permission } from '@/lib/access/authorise'
import type { Principal, ProbeAgent } from '@/lib/access/types'
import { type Engine, findEngine } from '@/lib/engine/engine'
import { HoldfastError, toProblem } from '@/lib/errors'

const MAX_BODY_BYTES = 1_000_000

export interface Call<P> {
  engine: Engine
  request: Request
  params: P
}

/** The running engine. @throws HoldfastError `unavailable` while it starts or stops */
export function engineOrThrow(): Engine {
  const engine = findEngine()
  if (!engine)
    throw new HoldfastError('unavailable', 'Holdfast is starting or stopping.', {
      hint: 'Try again in a few seconds.',
      retryAfterSeconds: 2,
    })
  return engine
}

function reply(result: unknown): Response {
  return result instanceof Response
    ? result
    : Response.json(result, { headers: { 'cache-control': 'no-store' } })
}

/** Any thrown value as RFC 9457 problem details. */
export function problemResponse(error: unknown, request: Request): Response {
  const { pathname } = new URL(request.url)
  const problem = toProblem(error, pathname)
  if (problem.status === 500)
    console.error(
      JSON.stringify({
        level: 'error',
        at: new Date().toISOString(),
        pathname,
        error: String(error instanceof Error ? (error.stack ?? error) : error),
      }),
    )
  const headers = new Headers({ 'content-type': 'application/problem+json', 'cache-control': 'no-store' })
  if (error instanceof HoldfastError && error.retryAfterSeconds)
    headers.set('retry-after', String(error.retryAfterSeconds))
  if (problem.status === 401) headers.set('www-authenticate', 'Bearer realm="holdfast"')
  return new Response(JSON.stringify(problem), { status: problem.status, headers })
}

/**
 * Wraps a route's verb: authenticate → authorise → same site (writes) → rate limit → verb → reply, with every failure
 * as problem+json.
 */
export function handle<P = Record<string, never>>(
  permission: Permission,
  verb: (call: Call<P> & { principal: Principal }) => unknown,
): (request: Request, context: { params: Promise<P> }) => Promise<Response> {
  return async (request, context) => {
    try {
      const engine = engineOrThrow()
      const principal = authorise(await engine.access.authenticator.authenticate(request.headers), permission)
      if (!['GET', 'HEAD'].includes(request.method)) assertSameSite(principal, request.headers)
      engine.access.limit.take(principal.id, Date.now())
      return reply(await verb({ engine, request, principal, params: await context.params }))
    } catch (error) {
      return problemResponse(error, request)
    }
  }
}

/** Wraps the verb of probe agents: their own kind of token → rate limit → verb → reply. */
export function handleAgent(
  verb: (call: { engine: Engine; request: Request; agent: ProbeAgent }) => unknown,
): (request: Request) => Promise<Response> {
  return async request => {
    try {
      const engine = engineOrThrow()
      const agent = await engine.access.authenticator.authenticateAgent(request.headers)
      if (!agent)
        throw new HoldfastError(
          'unauthenticated',
          'This needs the token of a probe agent; no other opens it.',
          {
            hint: 'Make one with `npm run token -- probe --name NAME --cluster CLUSTER_ID`; send it as `Authorization: Bearer TOKEN`.',
          },
        )
      engine.access.agentLimit.take(agent.id, Date.now())
      return reply(await verb({ engine, request, agent }))
    } catch (error) {
      return problemResponse(error, request)
    }
  }
}

/** Wraps a verb that anybody may ask. */
export function handlePublic(verb: (call: { engine: Engine; request: Request }) => unknown) {
  return async (request: Request): Promise<Response> => {
    try {
      return reply(await verb({ engine: engineOrThrow(), request }))
    } catch (error) {
      return problemResponse(error, request)
    }
  }
}

/** Reads and checks a JSON body of at most `maxBytes`. @throws HoldfastError naming the field that is wrong */
export async function readBody<T extends z.ZodType>(
  request: Request,
  schema: T,
  maxBytes = MAX_BODY_BYTES,
): Promise<z.infer<T>> {
  const type = request.headers.get('content-type') ?? ''
  if (!/^application\/json\b/i.test(type))
    throw new HoldfastError('invalid-input', 'The body must be JSON.', {
      where: 'Content-Type',
      hint: 'Send `Content-Type: application/json`.',
    })
  const text = await readText(request, maxBytes)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new HoldfastError(
      'invalid-input',
      `The body is not JSON: ${error instanceof Error ? error.message : error}`,
    )
  }
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw new HoldfastError('invalid-input', issue?.message ?? 'The body does not fit.', {
    where: issue?.path.join('.') || 'body',
    hint: 'The schema is at /api/openapi.json.',
  })
}

/** Reads no further than allowed, whatever the length header says: sign-in takes bodies from anybody. */
async function readText(request: Request, maxBytes: number): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  const reader = request.body?.getReader()
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    bytes += part.value.byteLength
    if (bytes > maxBytes)
      throw new HoldfastError('too-large', `The body is too large; at most ${maxBytes} bytes are read.`)
    text += decoder.decode(part.value, { stream: true })
  }
  return text + decoder.decode()
}
