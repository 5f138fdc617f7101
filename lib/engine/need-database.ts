import { HoldfastError } from '../errors'
import { log } from './log'

/** Turns a database failure into words. @throws HoldfastError `unavailable` */
export async function needDatabase<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof HoldfastError) throw cause
    log('error', 'the database refused', cause)
    throw new HoldfastError('unavailable', 'The database is away, so this cannot be kept.', {
      hint: 'What you see stays live. Try again when the notice about the database is gone.',
      retryAfterSeconds: 5,
      cause,
    })
  }
}
