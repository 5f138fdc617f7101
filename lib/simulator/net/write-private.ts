import { renameSync, writeFileSync } from 'node:fs'

/** Writes a file that only its owner may read, in one step, so that a reader never sees half of it. */
export function writePrivate(path: string, text: string): void {
  const partial = `${path}.${process.pid}.tmp`
  writeFileSync(partial, text, { mode: 0o600 })
  renameSync(partial, path)
}
