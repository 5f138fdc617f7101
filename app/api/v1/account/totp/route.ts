import { handle } from '@/app/api/handle'

/** Begins with one-time codes: a secret for the authenticator application. */
export const POST = handle('account.self', ({ engine, principal }) =>
  engine.access.account.beginTotp(principal),
)
