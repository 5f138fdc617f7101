import { handle, handlePublic, readBody } from '@/app/api/handle'
import { cookie, trySignIn, whoAmI } from '@/app/api/sign-in-reply'
import { SESSION_COOKIE } from '@/lib/access/authenticate'
import { signInPost } from '@/lib/wire/access'

/** Who is signed in. */
export const GET = handle('session.self', ({ principal }) => whoAmI(principal))

/** Redeems a one-time sign-in link. */
export const POST = handlePublic(({ engine, request }) =>
  trySignIn(engine, request, async client =>
    engine.access.signIn((await readBody(request, signInPost)).token, client),
  ),
)

/** Signs out. */
export const DELETE = handle('session.self', async ({ engine, request, principal }) => {
  await engine.access.signOut(principal)
  return new Response(null, {
    status: 204,
    headers: { 'set-cookie': cookie(request, [SESSION_COOKIE, ''], 0) },
  })
})
