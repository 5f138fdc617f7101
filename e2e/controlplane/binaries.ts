import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { buildableMinors, buildRelease, goVersion, releaseFor } from './build'
import { cacheFolder } from './paths'

const needed = ['etcd', 'kube-apiserver', 'kube-controller-manager']

/** A folder with etcd, kube-apiserver and kube-controller-manager. */
export interface Binaries {
  dir: string
  /** Of the API server, without the leading v. */
  version: string
  source: 'KUBEBUILDER_ASSETS' | 'cache' | 'setup-envtest' | 'go build'
}

export interface FindBinariesOptions {
  /** Build from Go modules when nothing else is there: minutes of two cores. */
  allowBuild: boolean
  /** Such as `1.37`; default: the newest that is to be had. */
  minor?: string
  say?: (line: string) => void
}

/** Looks for binaries in the order told in README.md; never throws for their absence, but says why. */
export async function findBinaries(options: FindBinariesOptions): Promise<Binaries | { missing: string }> {
  const reasons: string[] = []
  const assets = process.env.KUBEBUILDER_ASSETS
  if (assets) {
    const found = examine(assets, options.minor)
    if ('version' in found) return { ...found, source: 'KUBEBUILDER_ASSETS' }
    reasons.push(`KUBEBUILDER_ASSETS=${assets}: ${found.missing}`)
  }

  const bin = join(cacheFolder(), 'bin')
  for (const name of cachedVersions(bin)) {
    const found = examine(join(bin, name), options.minor)
    if ('version' in found) return { ...found, source: 'cache' }
  }
  reasons.push(`nothing fitting in ${bin}`)

  const envtest = askSetupEnvtest(options.minor)
  if (envtest) {
    const found = examine(envtest, options.minor)
    if ('version' in found) return { ...found, source: 'setup-envtest' }
    reasons.push(`setup-envtest gave ${envtest}: ${found.missing}`)
  }

  const release = releaseFor(options.minor)
  if (!release) {
    reasons.push(`minor ${options.minor} cannot be built here, only ${buildableMinors().join(', ')}`)
  } else if (!goVersion()) {
    reasons.push('no Go on this machine to build them')
  } else if (!options.allowBuild) {
    reasons.push('not built yet: `npm run controlplane -- build` makes them')
  } else {
    const dir = await buildRelease(release, options.say ?? (() => {}))
    return { dir, version: release.version, source: 'go build' }
  }
  return { missing: reasons.join('; ') }
}

function cachedVersions(bin: string): string[] {
  if (!existsSync(bin)) return []
  return readdirSync(bin)
    .filter(name => /^\d+\.\d+\.\d+$/.test(name))
    .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))
}

function examine(dir: string, minor?: string): { dir: string; version: string } | { missing: string } {
  const absent = needed.filter(name => !existsSync(join(dir, name)))
  if (absent.length > 0) return { missing: `it has no ${absent.join(' and no ')}` }
  const said = ask(join(dir, 'kube-apiserver'), ['--version'], 20_000)
  const version = said && /Kubernetes v(\d+\.\d+\.\S+)/.exec(said)?.[1]
  if (!version) return { missing: 'its kube-apiserver does not run on this machine' }
  if (minor && !version.startsWith(`${minor}.`)) return { missing: `it is ${version}, wanted is ${minor}` }
  return { dir, version }
}

/** `setup-envtest` downloads when it can; half a minute is enough where there is internet. */
function askSetupEnvtest(minor?: string): string | undefined {
  return (
    ask('setup-envtest', ['use', '-p', 'path', ...(minor ? [`${minor}.x`] : [])], 30_000)?.trim() || undefined
  )
}

function ask(program: string, args: string[], timeout: number): string | undefined {
  try {
    return execFileSync(program, args, { encoding: 'utf8', timeout, stdio: ['ignore', 'pipe', 'ignore'] })
  } catch {
    return undefined // Absent or unable: the caller tells the reason.
  }
}
