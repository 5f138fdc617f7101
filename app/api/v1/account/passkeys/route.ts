import { handle, readBody } from '@/app/api/handle'
import { siteOf } from '@/app/api/sign-in-reply'
import { passkeyPost } from '@/lib/wire/access'

/** Keeps a new passkey. */
export const POST = handle('account.self', async ({ engine, request, principal }) => {
  await engine.access.account.addPasskey(await readBody(request, passkeyPost), principal, siteOf(request))
  return new Response(null, { status: 204 })
})
