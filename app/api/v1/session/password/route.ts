import { handlePublic, readBody } from '@/app/api/handle'
import { trySignIn } from '@/app/api/sign-in-reply'
import { passwordSignInPost } from '@/lib/wire/access'

/** Signs in by password, and by the second factor where there is one. */
export const POST = handlePublic(({ engine, request }) =>
  trySignIn(engine, request, async client =>
    engine.access.signInWithPassword(await readBody(request, passwordSignInPost), client),
  ),
)
