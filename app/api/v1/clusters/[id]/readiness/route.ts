import { handle } from '@/app/api/handle'

/** What would let one cluster outlive its control plane for longer. */
export const GET = handle<{ id: string }>('fleet.read', ({ engine, params }) =>
  engine.clusterReadiness(params.id),
)
