import { handle } from '@/app/api/handle'

/** All that the war room shows, as the stream's first event has it. */
export const GET = handle('fleet.read', ({ engine }) => engine.warRoom())
