import { handle, readBody } from '@/app/api/handle'
import { personPost } from '@/lib/wire/access'

/** Everybody who may sign in. */
export const GET = handle('access.manage', ({ engine }) => engine.access.people.list())

/** Invites somebody; the answer holds the link, once. */
export const POST = handle('access.manage', async ({ engine, request, principal }) =>
  Response.json(await engine.access.people.invite(await readBody(request, personPost), principal), {
    status: 201,
    headers: { 'cache-control': 'no-store' },
  }),
)
