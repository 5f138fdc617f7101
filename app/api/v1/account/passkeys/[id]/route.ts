import { handle } from '@/app/api/handle'

/** Removes one's own passkey. */
export const DELETE = handle<{ id: string }>('account.self', async ({ engine, params, principal }) => {
  await engine.access.account.removePasskey(params.id, principal)
  return new Response(null, { status: 204 })
})
