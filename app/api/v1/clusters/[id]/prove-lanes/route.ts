import { handle } from '@/app/api/handle'

/** Proves every way into one cluster now: a read and dry-run writes over each. Answers with the cluster. */
export const POST = handle<{ id: string }>('lanes.prove', ({ engine, params, principal }) =>
  engine.proveLanes(params.id, principal),
)
