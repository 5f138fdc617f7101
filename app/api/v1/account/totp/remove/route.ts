import { handle, readBody } from '@/app/api/handle'
import { clientOf } from '@/app/api/sign-in-reply'
import { proofPost } from '@/lib/wire/access'

/** Turns one-time codes off. */
export const POST = handle('account.self', async ({ engine, request, principal: by }) => {
  const owner = { by, client: clientOf(request) }
  await engine.access.account.removeTotp((await readBody(request, proofPost)).password, owner)
  return new Response(null, { status: 204 })
})
