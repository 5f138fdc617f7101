import { handle } from '@/app/api/handle'

/** A play that was started, with each part as it stands. */
export const GET = handle<{ id: string }>('fleet.read', async ({ engine, params }) =>
  engine.plays.run(params.id),
)
