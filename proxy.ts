import { type NextRequest, NextResponse } from 'next/server'

/** Pages that need no session. */
const PUBLIC = /^\/(status|sign-in|invitation)(\/|$)/

/**
 * Before every page: a fresh nonce for the content security policy, and the way to the sign-in for who has no session
 * cookie. Whether the cookie is good is decided by the API, which holds the data.
 */
export function proxy(request: NextRequest): NextResponse {
  const { pathname, search } = request.nextUrl
  const isPage = !PUBLIC.test(pathname)
  if (isPage && !request.cookies.has('holdfast_session')) {
    const signIn = new URL('/sign-in', request.url)
    if (pathname !== '/') signIn.searchParams.set('next', `${pathname}${search}`)
    return NextResponse.redirect(signIn)
  }
  const nonce = btoa(crypto.randomUUID())
  const development = process.env.NODE_ENV === 'development'
  const policy = [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ''}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self'${development ? ' ws:' : ''}`,
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ].join('; ')
  const headers = new Headers(request.headers)
  headers.set('x-nonce', nonce)
  headers.set('content-security-policy', policy)
  const response = NextResponse.next({ request: { headers } })
  response.headers.set('content-security-policy', policy)
  return response
}

export const config = {
  matcher: ['/((?!api/|_next/|healthz|metrics|favicon|icon|.*\\.(?:svg|png|ico|woff2|webmanifest)$).*)'],
}
