import { handlePublic } from '@/app/api/handle'
import { clientOf, cookie, OIDC_COOKIE, redirectUriOf } from '@/app/api/sign-in-reply'
import { safeNext } from '@/lib/client/safe-next'

const HANDSHAKE_SECONDS = 600

/** Sends the browser to the identity provider. */
export const GET = handlePublic(({ engine, request }) => {
  const { access } = engine
  return access.signInLimit.attempt(clientOf(request).address, Date.now(), async () => {
    const next = safeNext(new URL(request.url).searchParams.get('next'))
    const { url, handshake } = await access.oidc.begin(redirectUriOf(request), next)
    // Lax: the browser comes back from another site, and has to bring it along.
    const begun = cookie(request, [OIDC_COOKIE, handshake], HANDSHAKE_SECONDS, 'Lax')
    return new Response(null, {
      status: 302,
      headers: { location: url, 'set-cookie': begun, 'cache-control': 'no-store' },
    })
  })
})
