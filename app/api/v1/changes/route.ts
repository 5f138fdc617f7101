import { handle, readBody } from '@/app/api/handle'
import { changePost } from '@/lib/wire/suspects'

/** Changes told by pipelines in the last 24 hours. */
export const GET = handle('fleet.read', async ({ engine }) => ({ changes: await engine.changes() }))

/** A pipeline tells of a change. */
export const POST = handle('change.report', async ({ engine, request, principal }) =>
  Response.json(await engine.reportChange(await readBody(request, changePost), principal), { status: 201 }),
)
