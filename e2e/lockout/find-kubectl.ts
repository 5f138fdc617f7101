import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { goBuild, goVersion } from '../controlplane/build'
import { cacheFolder } from '../controlplane/paths'

const run = promisify(execFile)
const goModule = fileURLToPath(new URL('./gomod', import.meta.url))

export type Kubectl = { path: string; version: string } | { missing: string }

/** The first kubectl on PATH, else one of the newest minor, built from Go modules; or why there is none. */
export async function findKubectl(say: (line: string) => void): Promise<Kubectl> {
  const name = process.platform === 'win32' ? 'kubectl.exe' : 'kubectl'
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, name)
    if (folder && existsSync(path)) return tried(path)
  }
  const pinned = /k8s\.io\/kubectl v0\.(\S+)/.exec(readFileSync(join(goModule, 'go.mod'), 'utf8'))?.[1]
  const version = `1.${pinned}`
  const folder = join(cacheFolder(), 'kubectl', version)
  const path = join(folder, name)
  if (!existsSync(path)) {
    if (!goVersion()) return { missing: 'no kubectl on PATH, and no Go to build one' }
    say(`Building kubectl ${version} from Go modules`)
    mkdirSync(folder, { recursive: true })
    const stamp = `-X k8s.io/component-base/version.gitVersion=v${version}`
    try {
      await goBuild(goModule, [`-ldflags=-s -w ${stamp}`, '-o', path, '.'])
    } catch (error) {
      return { missing: `no kubectl on PATH, and building one failed: ${(error as Error).message}` }
    }
  }
  return tried(path)
}

async function tried(path: string): Promise<Kubectl> {
  try {
    const { stdout } = await run(path, ['version', '--client', '--output', 'json'], { timeout: 20_000 })
    const { clientVersion } = JSON.parse(stdout) as { clientVersion: { gitVersion: string } }
    return { path, version: clientVersion.gitVersion }
  } catch (error) {
    return { missing: `${path} does not run: ${(error as Error).message.slice(0, 200)}` }
  }
}
