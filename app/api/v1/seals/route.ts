import { handle } from '@/app/api/handle'

/** Removals and roll-backs that were prepared with a roll-out, newest first. */
export const GET = handle('fleet.read', async ({ engine }) => ({ seals: await engine.seals.list() }))
