import { handle } from '@/app/api/handle'
import { siteOf } from '@/app/api/sign-in-reply'

/** What the browser needs to make a passkey. */
export const POST = handle('account.self', ({ engine, request, principal }) =>
  engine.access.account.beginPasskey(principal, siteOf(request)),
)
