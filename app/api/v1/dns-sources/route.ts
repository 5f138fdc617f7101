import { fleetScopeQuery, readQuery } from '@/app/api/fleet-scope-query'
import { handle } from '@/app/api/handle'

/** Who tells what DNS does, cluster by cluster, and how long ago. */
export const GET = handle('fleet.read', ({ engine, request }) =>
  engine.dnsSources(readQuery(request, fleetScopeQuery, 'cluster, product, region')),
)
