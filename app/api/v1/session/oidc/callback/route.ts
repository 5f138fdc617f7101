import { handlePublic } from '@/app/api/handle'
import { clientOf, cookie, OIDC_COOKIE, sessionCookie } from '@/app/api/sign-in-reply'
import { HoldfastError } from '@/lib/errors'

/** Takes the browser that comes back from the identity provider. */
export const GET = handlePublic(async ({ engine, request }) => {
  const { access } = engine
  const client = clientOf(request)
  const handshake = request.headers
    .get('cookie')
    ?.match(/(?:^|;\s*)holdfast_oidc=(hfh_[\w-]{43})(?:;|$)/)?.[1]
  const headers = new Headers({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' })
  headers.append('set-cookie', cookie(request, [OIDC_COOKIE, ''], 0, 'Lax'))
  try {
    const { opened, next } = await access.signInLimit.attempt(client.address, Date.now(), () =>
      access.oidc.finish(new URL(request.url).search, handshake ?? '', client),
    )
    headers.append('set-cookie', sessionCookie(request, opened))
    return page(headers, next)
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error
    return page(headers, '/sign-in?problem=oidc')
  }
})

/**
 * Goes on by a page of our own: a strict cookie does not travel with a redirect that another site began. The path is
 * ours, and written as an attribute's text.
 */
function page(headers: Headers, path: string): Response {
  headers.set('content-type', 'text/html; charset=utf-8')
  headers.set('content-security-policy', "default-src 'none'")
  const safe = path
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll('<', '&lt;')
    .replaceAll("'", '&#39;')
  const html = `<!doctype html><meta http-equiv="refresh" content="0;url=${safe}"><title>Holdfast</title><a href="${safe}">Go on</a>`
  return new Response(html, { headers })
}
