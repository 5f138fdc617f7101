import { handle } from '@/app/api/handle'

/** One's own account. */
export const GET = handle('account.self', ({ engine, principal }) => engine.access.account.get(principal))
