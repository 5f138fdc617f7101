import { handlePublic, readBody } from '@/app/api/handle'
import { siteOf, trySignIn } from '@/app/api/sign-in-reply'
import { passkeySignInPost } from '@/lib/wire/access'

/** Signs in by passkey. */
export const POST = handlePublic(({ engine, request }) =>
  trySignIn(engine, request, async client =>
    engine.access.account.signInWithPasskey(
      await readBody(request, passkeySignInPost),
      client,
      siteOf(request),
    ),
  ),
)
