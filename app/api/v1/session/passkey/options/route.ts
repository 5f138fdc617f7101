import { handlePublic } from '@/app/api/handle'
import { clientOf, siteOf } from '@/app/api/sign-in-reply'
import { assertOwnPage } from '@/lib/access/authorise'

/** What the browser needs to ask for a passkey. */
export const POST = handlePublic(({ engine, request }) => {
  assertOwnPage(request.headers)
  const { access } = engine
  return access.signInLimit.attempt(clientOf(request).address, Date.now(), () =>
    access.account.askForPasskey(siteOf(request)),
  )
})
