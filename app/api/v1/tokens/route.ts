import { handle, readBody } from '@/app/api/handle'
import { tokenPost } from '@/lib/wire/access'

/** Tokens of programs and of probe agents, without their secrets. */
export const GET = handle('access.manage', ({ engine }) => engine.access.tokens.list())

/** Makes a token; the answer holds its secret, once. */
export const POST = handle('access.manage', async ({ engine, request, principal }) =>
  Response.json(await engine.access.tokens.create(await readBody(request, tokenPost), principal), {
    status: 201,
    headers: { 'cache-control': 'no-store' },
  }),
)
