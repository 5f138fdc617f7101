/** For the `catch` of a sleep: to be woken by the signal is what it is there for, all else is an error still. */
export function ifWoken(signal: AbortSignal): (error: unknown) => void {
  return error => {
    if (!signal.aborted) throw error
  }
}
