import { handle } from '@/app/api/handle'

/** The fleet: every cluster with its control-plane and data-plane state. */
export const GET = handle('fleet.read', ({ engine }) => engine.fleet())
