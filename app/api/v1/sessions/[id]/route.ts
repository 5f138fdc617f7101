import { handle } from '@/app/api/handle'

/** Ends a session: one's own, or, for administrators, anybody's. */
export const DELETE = handle<{ id: string }>('account.self', async ({ engine, params, principal }) => {
  await engine.access.sessions.revoke(params.id, principal)
  return new Response(null, { status: 204 })
})
