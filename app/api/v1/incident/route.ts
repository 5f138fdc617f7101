import { handle, readBody } from '@/app/api/handle'
import { incidentPost } from '@/lib/wire/timeline'

/** Says that there is an incident, whatever the clusters show. */
export const POST = handle('incident.declare', async ({ engine, request, principal }) =>
  engine.declareIncident(await readBody(request, incidentPost), principal),
)

/** Ends the declared incident. */
export const DELETE = handle('incident.declare', async ({ engine, principal }) => {
  await engine.endIncident(principal)
  return new Response(null, { status: 204 })
})
