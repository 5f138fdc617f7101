const MAX_DETAIL = 300

/** One line for people: control characters out, at most `max` characters. */
export function bounded(text: string, max = MAX_DETAIL): string {
  let clean = ''
  for (const char of text.slice(0, max)) clean += char < ' ' || char === '\u007f' ? ' ' : char
  return text.length > max ? `${clean}…` : clean
}

/** As `bounded`, with what looks like a token, a key or a certificate taken out: for output of other programs. */
export function withoutSecrets(text: string): string {
  const redacted = text
    .replace(/-----BEGIN[\s\S]*?(-----END[^-]*-----|$)/g, '[removed]')
    .replace(/(bearer|token|password|secret|key)(["']?\s*[:=]\s*|\s+)\S+/gi, '$1 [removed]')
    .replace(/[A-Za-z0-9+/_.=-]{40,}/g, '[removed]')
  return bounded(redacted.trim())
}
