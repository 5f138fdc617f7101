import { timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { ClockAnchor } from '../../clock/scaled-clock'

const MAX_BODY_BYTES = 64 * 1024

/** Wrong input to the control API: answered 400 with its message. */
export class ControlError extends Error {}

/** What may be different after a restart; the rest stays. */
export interface RestartChange {
  scenario?: string
  seed?: number
  speed?: number
  /** Who repairs dec-11: `historical` or `none`. */
  hands?: string
}

/** What the control API steers. */
export interface Controllable {
  /** `runId` is new with every run of the simulated world. */
  clock(): ClockAnchor & { scenario: string; seed: number; lagMs: number; runId: string }
  setClock(change: { speed?: number; paused?: boolean }): void
  restart(change: RestartChange): Promise<void>
  scenarios(): { name: string; title: string }[]
  truth(): object
  /** Pulls a lever that works from outside the cluster's API. */
  pull(lever: string, input: Record<string, unknown>): void
}

/** The fleet's own remote control: plain HTTP on loopback, for whoever can read the token. */
export function createControl(token: string, target: Controllable): Server {
  return createServer((request, response) => {
    answer(request, token, target).then(
      ({ status, body }) => reply(response, status, body),
      error =>
        reply(response, error instanceof ControlError ? 400 : 500, {
          error: error instanceof Error ? error.message : String(error),
        }),
    )
  })
}

async function answer(
  request: IncomingMessage,
  token: string,
  target: Controllable,
): Promise<{ status: number; body: object }> {
  if (!isBearer(request.headers.authorization, token))
    return { status: 401, body: { error: 'a bearer token from control.json is needed' } }
  const ok = (body: object) => ({ status: 200, body })
  const path = (request.url ?? '/').split('?')[0]
  const what = `${request.method} ${path}`
  if (what === 'GET /clock') return ok(target.clock())
  if (what === 'GET /scenarios') return ok({ scenarios: target.scenarios() })
  if (what === 'GET /truth') return ok(target.truth())
  if (what === 'POST /clock') {
    const body = await readJson(request)
    target.setClock({ speed: numberOf(body, 'speed'), paused: booleanOf(body, 'paused') })
    return ok(target.clock())
  }
  if (what === 'POST /restart') {
    const body = await readJson(request)
    await target.restart({
      scenario: stringOf(body, 'scenario'),
      hands: stringOf(body, 'hands'),
      seed: numberOf(body, 'seed'),
      speed: numberOf(body, 'speed'),
    })
    return ok(target.clock())
  }
  const lever = /^POST \/levers\/([a-z-]+)$/.exec(what)?.[1]
  if (lever) {
    target.pull(lever, await readJson(request))
    return ok({ pulled: lever })
  }
  return { status: 404, body: { error: `no such resource: ${what}` } }
}

function isBearer(header: string | undefined, token: string): boolean {
  const given = Buffer.from(header ?? '')
  const wanted = Buffer.from(`Bearer ${token}`)
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = ''
  for await (const chunk of request) {
    text += chunk
    if (text.length > MAX_BODY_BYTES) throw new ControlError('the body is too long')
  }
  if (text === '') return {}
  try {
    const body: unknown = JSON.parse(text)
    if (typeof body === 'object' && body !== null && !Array.isArray(body))
      return body as Record<string, unknown>
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw new ControlError('the body is no JSON object')
}

function numberOf(body: Record<string, unknown>, key: string): number | undefined {
  const value = body[key]
  if (value === undefined) return undefined
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw new ControlError(`${key}: a number is needed`)
  return value
}

function stringOf(body: Record<string, unknown>, key: string): string | undefined {
  const value = body[key]
  if (value === undefined || typeof value === 'string') return value
  throw new ControlError(`${key}: a text is needed`)
}

function booleanOf(body: Record<string, unknown>, key: string): boolean | undefined {
  const value = body[key]
  if (value === undefined || typeof value === 'boolean') return value
  throw new ControlError(`${key}: true or false is needed`)
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.end(JSON.stringify(body))
}
