import { handle, readBody } from '@/app/api/handle'
import { simulationPost } from '@/lib/wire/access'

/** Speed, pause or restart of the simulated fleet. */
export const POST = handle('simulation.control', async ({ engine, request, principal }) =>
  engine.simulation(await readBody(request, simulationPost), principal),
)
