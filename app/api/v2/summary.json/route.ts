import { handlePublic } from '@/app/api/handle'
import { toStatuspageSummary } from '@/lib/status/to-statuspage'

/** The Statuspage-compatible summary. */
export const GET = handlePublic(({ engine, request }) => {
  const summary = toStatuspageSummary(engine.statusPage(), new URL('/status', request.url).toString())
  return Response.json(summary, {
    headers: { 'cache-control': 'public, max-age=30', 'access-control-allow-origin': '*' },
  })
})
