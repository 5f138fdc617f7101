import { handle, readBody } from '@/app/api/handle'
import { clientOf } from '@/app/api/sign-in-reply'
import { totpPost } from '@/lib/wire/access'

/** Turns one-time codes on. */
export const POST = handle('account.self', async ({ engine, request, principal: by }) => {
  const owner = { by, client: clientOf(request) }
  await engine.access.account.confirmTotp(await readBody(request, totpPost), owner)
  return new Response(null, { status: 204 })
})
