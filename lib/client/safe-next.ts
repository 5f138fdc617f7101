/** The page to open after signing in: only a path of this site, never another origin. */
export function safeNext(next: string | null): string {
  if (!next?.startsWith('/') || next.startsWith('//') || /[\\\s]/.test(next)) return '/'
  return next.startsWith('/sign-in') || next.startsWith('/api/') ? '/' : next
}

/** Where to sign in again after a session ended, with the way back to `here`. */
export function signInAgain(here: string): string {
  return `/sign-in?${new URLSearchParams({ next: safeNext(here), ended: '1' })}`
}
