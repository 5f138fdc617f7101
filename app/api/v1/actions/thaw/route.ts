import { handle } from '@/app/api/handle'

/** Lets actions be armed again. */
export const POST = handle('action.freeze', ({ engine, principal }) => engine.actions.thaw(principal))
