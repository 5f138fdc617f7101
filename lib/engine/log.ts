/** One JSON line on standard error. Messages are ours; errors are told without credentials, which none of them holds. */
export function log(level: 'info' | 'warn' | 'error', message: string, error?: unknown): void {
  const cause =
    error instanceof Error ? (error.stack ?? error.message) : error === undefined ? undefined : String(error)
  console.error(
    JSON.stringify({ at: new Date().toISOString(), level, message, error: cause?.slice(0, 2_000) }),
  )
}
