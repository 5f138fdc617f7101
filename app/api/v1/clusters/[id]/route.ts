import { handle } from '@/app/api/handle'

/** One cluster with its lanes, signals, workloads and fuse. */
export const GET = handle<{ id: string }>('fleet.read', ({ engine, params }) => engine.cluster(params.id))
