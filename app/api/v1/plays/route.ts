import { handle } from '@/app/api/handle'

/** Plays as they would go now, and those under way. */
export const GET = handle('fleet.read', async ({ engine }) => engine.plays.all())
