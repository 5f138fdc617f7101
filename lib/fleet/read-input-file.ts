import { open } from 'node:fs/promises'

/** Far more than any kubeconfig of a real fleet; less than what would hurt. */
const MAX_FILE_BYTES = 10 * 1024 * 1024

/** Reads a file that a person named. The error thrown has a message for that person. */
export type ReadFile = (path: string) => Promise<Uint8Array>

const REASONS: Record<string, string> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a folder, not a file',
  ELOOP: 'its symbolic links go in a circle',
}

/**
 * Reads a regular file of at most 10 MB.
 * @throws Error with a message in words, e.g. `there is no such file`
 */
export const readInputFile: ReadFile = async path => {
  try {
    const handle = await open(path, 'r')
    try {
      const stat = await handle.stat()
      if (stat.isDirectory()) throw new Error(REASONS.EISDIR)
      if (!stat.isFile()) throw new Error('it is not a regular file')
      if (stat.size > MAX_FILE_BYTES)
        throw new Error(`it has ${Math.ceil(stat.size / 1048576)} MB; at most 10 MB are read`)
      return await handle.readFile()
    } finally {
      await handle.close()
    }
  } catch (error) {
    throw new Error(reasonOf(error), { cause: error })
  }
}

/** Why a file could not be read, in words. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'it cannot be read'
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  return REASONS[code] ?? (code === '' ? error.message : `it cannot be read (${code})`)
}

/**
 * Text of a file: UTF-8, or UTF-16 when a byte order mark says so (Windows shells write it).
 * @throws Error when the bytes are neither
 */
export function decodeText(bytes: Uint8Array): string {
  const utf16 =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? 'utf-16le'
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? 'utf-16be'
        : ''
  try {
    return new TextDecoder(utf16 || 'utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new Error('it is not UTF-8 text')
  }
}
