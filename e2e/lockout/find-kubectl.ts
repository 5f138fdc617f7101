import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The first kubectl on PATH, with its version; or why there is none. */
export async function findKubectl(): Promise<{ path: string; version: string } | { missing: string }> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, 'kubectl')
    if (!folder || !existsSync(path)) continue
    try {
      const { stdout } = await run(path, ['version', '--client', '--output', 'json'], { timeout: 20_000 })
      const { clientVersion } = JSON.parse(stdout) as { clientVersion: { gitVersion: string } }
      return { path, version: clientVersion.gitVersion }
    } catch (error) {
      return { missing: `${path} does not run: ${(error as Error).message.slice(0, 200)}` }
    }
  }
  return { missing: 'there is no kubectl on PATH' }
}
