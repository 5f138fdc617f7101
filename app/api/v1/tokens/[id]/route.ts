import { handle } from '@/app/api/handle'

/** Revokes a token. */
export const DELETE = handle<{ id: string }>('access.manage', async ({ engine, params, principal }) => {
  await engine.access.tokens.revoke(params.id, principal)
  return new Response(null, { status: 204 })
})
