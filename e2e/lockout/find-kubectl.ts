import { execFile } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { goBuild, goVersion, releaseFor } from '../controlplane/build'
import { cacheFolder } from '../controlplane/paths'

const run = promisify(execFile)
const goModule = fileURLToPath(new URL('../controlplane/gomod', import.meta.url))

export type Kubectl = { path: string; version: string } | { missing: string }

/** The first kubectl on PATH, else one built from the Go module of the control plane; or why there is none. */
export async function findKubectl(minor: string | undefined, say: (line: string) => void): Promise<Kubectl> {
  const name = process.platform === 'win32' ? 'kubectl.exe' : 'kubectl'
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, name)
    if (folder && existsSync(path)) return tried(path)
  }
  const release = releaseFor(minor)
  if (!release) return { missing: `no kubectl on PATH, and ${minor} cannot be built` }
  const folder = join(cacheFolder(), 'kubectl', release.version)
  const path = join(folder, name)
  if (!existsSync(path)) {
    if (!goVersion()) return { missing: 'no kubectl on PATH, and no Go to build one' }
    say(`Building kubectl ${release.version} from Go modules`)
    mkdirSync(folder, { recursive: true })
    const stamp = `-X k8s.io/component-base/version.gitVersion=v${release.version}`
    const flags = [`-modfile=${release.modfile}`, `-ldflags=-s -w ${stamp}`, '-o', path]
    try {
      await goBuild(goModule, [...flags, 'k8s.io/kubernetes/cmd/kubectl'])
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
