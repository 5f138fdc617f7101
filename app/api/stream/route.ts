import { handle } from '@/app/api/handle'
import { HoldfastError } from '@/lib/errors'

const HEARTBEAT_MS = 5_000
/** Proxies and browsers forget old streams; a new one resumes where this ended. */
const LIFETIME_MS = 30 * 60_000

/** The war room over server-sent events: a snapshot, then deltas; `Last-Event-ID` resumes. */
export const GET = handle('fleet.read', ({ engine, request }) => {
  const { authenticator } = engine.access
  const last =
    request.headers.get('last-event-id') ?? new URL(request.url).searchParams.get('after') ?? undefined
  const subscription = engine.subscribe(last)
  if (!subscription)
    throw new HoldfastError('unavailable', 'Too many live views are open.', { retryAfterSeconds: 10 })
  const encoder = new TextEncoder()
  let heartbeat: NodeJS.Timeout | undefined
  let end: NodeJS.Timeout | undefined
  const close = () => {
    clearInterval(heartbeat)
    clearTimeout(end)
    unwatch()
    subscription.close()
  }
  /** Whoever was signed out, disabled or revoked sees nothing more; a database that is away ends nothing. */
  const look = () => {
    authenticator.authenticate(request.headers).then(
      principal => principal ?? close(),
      () => {},
    )
  }
  const unwatch = authenticator.watch(look)
  request.signal.addEventListener('abort', close)
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const send = (text: string) => controller.enqueue(encoder.encode(text))
      send('retry: 1000\n\n')
      heartbeat = setInterval(() => {
        send('event: ping\ndata: {}\n\n')
        look()
      }, HEARTBEAT_MS)
      end = setTimeout(close, LIFETIME_MS)
      const pump = async () => {
        for await (const event of subscription)
          send(`id: ${event.id}\nevent: ${event.name}\ndata: ${event.data}\n\n`)
        controller.close()
      }
      pump().catch(() => close())
    },
    cancel: close,
  })
  return new Response(body, {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    },
  })
})
