import { handle } from '@/app/api/handle'
import { authorise } from '@/lib/access/authorise'

/** One's own sessions; with `?of=everybody`, for administrators, all of them. */
export const GET = handle('account.self', ({ engine, request, principal }) => {
  const everybody = new URL(request.url).searchParams.get('of') === 'everybody'
  if (everybody) authorise(principal, 'access.manage')
  return engine.access.sessions.list(principal, everybody)
})
