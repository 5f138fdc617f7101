import { handle, readBody } from '@/app/api/handle'
import { notePost } from '@/lib/wire/timeline'

/** The newest entries of the timeline. */
export const GET = handle('fleet.read', ({ engine }) => ({ entries: engine.timeline() }))

/** Adds a person's note. */
export const POST = handle('timeline.note', async ({ engine, request, principal }) =>
  Response.json(await engine.note((await readBody(request, notePost)).text, principal), { status: 201 }),
)
