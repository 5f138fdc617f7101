/** A mapping as read from YAML or JSON. */
export type Values = Readonly<Record<string, unknown>>

/** The mapping itself, or undefined when it is something else (null, a list, a scalar). */
export function mapping(value: unknown): Values | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Values) : undefined
}

/** A scalar as text; '' for anything absent, null or not a scalar. */
export function text(value: unknown): string {
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
}

/** Scalars of a list as text; a single scalar counts as a list of one. */
export function texts(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(text).filter(item => item !== '')
  return text(value) === '' ? [] : [text(value)]
}

/** YAML 1.1 spellings of true, as Go's YAML reader takes them. */
export function flag(value: unknown): boolean {
  return value === true || /^(true|yes|on|y)$/i.test(text(value).trim())
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/

/** Decodes base64 as strictly as Go does (line breaks allowed); undefined when it is not base64. */
export function decodeBase64(data: string): Buffer | undefined {
  const compact = data.replace(/[\r\n]/g, '')
  if (compact.length % 4 !== 0 || !BASE64.test(compact)) return undefined
  return Buffer.from(compact, 'base64')
}

/** For messages: control characters out, length bounded. */
export function shown(value: string, max = 120): string {
  let clean = ''
  for (const char of value.slice(0, max)) clean += char < ' ' || char === '\u007f' ? ' ' : char
  return value.length > max ? `${clean}…` : clean
}
