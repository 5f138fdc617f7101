import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { goBuild, goVersion } from './build'
import { cacheFolder } from './paths'

const moduleFolder = fileURLToPath(new URL('./gomod/dns', import.meta.url))

/** The minors that can be built, newest first, with the file that pins each. */
const modfiles: [minor: string, modfile: string][] = [
  ['1.15', 'go.mod'],
  // Before 1.14.4 a SERVFAIL from above replaces a stale answer: node caches in the field are of that kind.
  ['1.13', 'v1.13.mod'],
]

/** A program that is CoreDNS. */
export interface CoreDnsBinary {
  file: string
  /** Without the leading v. */
  version: string
}

/** Why there is none, in words. */
export interface CoreDnsMissing {
  missing: string
}

/**
 * CoreDNS of a minor (default: the newest) from the cache folder, else built from its Go modules into it. Never throws
 * for its absence, but says why; a build that fails throws.
 */
export async function findCoreDns(options: {
  allowBuild: boolean
  minor?: string
  say?: (line: string) => void
}): Promise<CoreDnsBinary | CoreDnsMissing> {
  const [, modfile] = modfiles.find(([minor]) => options.minor === undefined || minor === options.minor) ?? []
  if (!modfile) return { missing: `CoreDNS ${options.minor} cannot be built here` }
  const version = pinnedVersion(modfile)
  const folder = join(cacheFolder(), 'bin', `coredns-${version}`)
  const file = join(folder, 'coredns')
  if (existsSync(file)) return { file, version }
  if (!goVersion()) return { missing: `no CoreDNS ${version} in ${folder} and no Go to build it` }
  if (!options.allowBuild) {
    return { missing: `CoreDNS ${version} is not built yet: \`npm run controlplane -- build\` makes it` }
  }
  options.say?.(`Building CoreDNS ${version} from Go modules; the first time takes minutes.`)
  await build(modfile, folder)
  return { file, version }
}

function pinnedVersion(modfile: string): string {
  const text = readFileSync(join(moduleFolder, modfile), 'utf8')
  const version = /github\.com\/coredns\/coredns v(\S+)/.exec(text)?.[1]
  if (!version) throw new Error(`${modfile} in ${moduleFolder} does not require github.com/coredns/coredns`)
  return version
}

async function build(modfile: string, folder: string): Promise<void> {
  const bin = join(cacheFolder(), 'bin')
  mkdirSync(bin, { recursive: true })
  const scratch = mkdtempSync(join(bin, '.coredns-'))
  try {
    await goBuild(moduleFolder, [
      `-modfile=${modfile}`,
      '-ldflags=-s -w',
      '-o',
      join(scratch, 'coredns'),
      '.',
    ])
    // Another build may have been faster: its result is as good.
    if (!existsSync(folder)) renameSync(scratch, folder)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}
