import { handle, readBody } from '@/app/api/handle'
import { clientOf } from '@/app/api/sign-in-reply'
import { passwordPost } from '@/lib/wire/access'

/** Sets a new password; one's other sessions end. */
export const POST = handle('account.self', async ({ engine, request, principal: by }) => {
  const owner = { by, client: clientOf(request) }
  await engine.access.account.changePassword(await readBody(request, passwordPost), owner)
  return new Response(null, { status: 204 })
})
