export type Theme = 'dark' | 'light'

/** Read by the server when it renders the page, so the first paint already has the right theme. */
export const THEME_COOKIE = 'holdfast-theme'

/** Dark is the operator's default; anything but `light` is dark. */
export function themeOf(value: string | undefined): Theme {
  return value === 'light' ? 'light' : 'dark'
}

/** Switches the page at once and keeps the choice for a year. */
export function applyTheme(theme: Theme): void {
  document.documentElement.dataset.theme = theme
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing in Safari and Firefox ESR
  document.cookie = `${THEME_COOKIE}=${theme}; path=/; max-age=31536000; samesite=lax`
}
