import { handle, handlePublic, readBody } from '@/app/api/handle'
import { SESSION_COOKIE } from '@/lib/access/authenticate'
import { CLIENT_ADDRESS_HEADER } from '@/lib/engine/name-clients'
import { signInPost } from '@/lib/wire/access'

function cookie(request: Request, value: string, maxAgeSeconds: number): string {
  const secure = (request.headers.get('x-forwarded-proto') ?? new URL(request.url).protocol).startsWith(
    'https',
  )
  return `${SESSION_COOKIE}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${maxAgeSeconds}${secure ? '; Secure' : ''}`
}

/** Who is signed in. */
export const GET = handle('fleet.read', ({ principal }) => ({
  name: principal.name,
  role: principal.role,
  csrfToken: principal.csrfToken ?? '',
}))

/** Redeems a one-time sign-in link. */
export const POST = handlePublic(async ({ engine, request }) => {
  const { access } = engine
  const from = request.headers.get(CLIENT_ADDRESS_HEADER) ?? 'unknown'
  const { sessionSecret, principal, expiresAt } = await access.signInLimit.attempt(
    from,
    Date.now(),
    async () => access.signIn((await readBody(request, signInPost)).token),
  )
  const seconds = Math.floor((expiresAt - Date.now()) / 1000)
  const body = { name: principal.name, role: principal.role, csrfToken: principal.csrfToken ?? '' }
  return Response.json(body, {
    status: 201,
    headers: { 'set-cookie': cookie(request, sessionSecret, seconds), 'cache-control': 'no-store' },
  })
})

/** Signs out. */
export const DELETE = handle('fleet.read', async ({ engine, request, principal }) => {
  await engine.access.signOut(principal)
  return new Response(null, { status: 204, headers: { 'set-cookie': cookie(request, '', 0) } })
})
