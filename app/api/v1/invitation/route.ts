import { handlePublic, readBody } from '@/app/api/handle'
import { trySignIn } from '@/app/api/sign-in-reply'
import { invitationPost } from '@/lib/wire/access'

/** Takes an invitation: sets the password and signs in. */
export const POST = handlePublic(({ engine, request }) =>
  trySignIn(engine, request, async client =>
    engine.access.acceptInvitation(await readBody(request, invitationPost), client),
  ),
)
