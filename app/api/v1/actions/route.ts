import { handle, readBody } from '@/app/api/handle'
import { actionPost } from '@/lib/wire/action-request'

/** Actions, newest first. */
export const GET = handle('fleet.read', async ({ engine }) => ({ actions: await engine.actions.list() }))

/** Makes a plan. Sends nothing but dry runs. */
export const POST = handle('action.plan', async ({ engine, request, principal }) =>
  Response.json(await engine.actions.plan(await readBody(request, actionPost), principal), { status: 201 }),
)
