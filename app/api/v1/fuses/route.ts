import { fleetScopeQuery, readQuery } from '@/app/api/fleet-scope-query'
import { handle } from '@/app/api/handle'

/** How long the data planes outlive their control planes, over the fleet or a part of it. */
export const GET = handle('fleet.read', ({ engine, request }) =>
  engine.fuses(readQuery(request, fleetScopeQuery, 'cluster, product, region')),
)
