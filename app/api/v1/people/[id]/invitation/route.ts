import { handle } from '@/app/api/handle'

/** A new link for somebody who lost the old one, or the password. */
export const POST = handle<{ id: string }>('access.manage', async ({ engine, params, principal }) =>
  Response.json(await engine.access.people.inviteAgain(params.id, principal), {
    status: 201,
    headers: { 'cache-control': 'no-store' },
  }),
)
