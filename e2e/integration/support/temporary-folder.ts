import { chmod, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** A new folder below the system's own, which PostgreSQL's user may pass through when tests run as root. */
export async function temporaryFolder(name: string): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), `holdfast-${name}-`))
  await chmod(folder, 0o711)
  return folder
}
