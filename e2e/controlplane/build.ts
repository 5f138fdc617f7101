import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cacheFolder } from './paths'

const moduleFolder = fileURLToPath(new URL('./gomod', import.meta.url))
const programs = ['etcd', 'kube-apiserver', 'kube-controller-manager']
const versionPackage = 'k8s.io/component-base/version'

/** The minors that the Go module can build, newest first, with the file that pins each. */
const modfiles: [minor: string, modfile: string][] = [
  ['1.37', 'go.mod'],
  ['1.28', 'v1.28.mod'],
]

export interface Release {
  /** Without the leading v, as the cache folder is named. */
  version: string
  modfile: string
}

/** The release that is built for a minor (default: the newest); undefined when there is none. */
export function releaseFor(minor?: string): Release | undefined {
  const entry = minor ? modfiles.find(([name]) => name === minor) : modfiles[0]
  if (!entry) return undefined
  const pinned = /^\s*(?:require )?k8s\.io\/kubernetes v(\S+)/m.exec(
    readFileSync(join(moduleFolder, entry[1]), 'utf8'),
  )?.[1]
  if (!pinned) throw new Error(`${entry[1]} in ${moduleFolder} does not require k8s.io/kubernetes`)
  return { version: pinned, modfile: entry[1] }
}

/** The minors that can be built, newest first. */
export function buildableMinors(): string[] {
  return modfiles.map(([minor]) => minor)
}

/** What `go version` says; undefined when there is no Go. */
export function goVersion(): string | undefined {
  try {
    return /go version (\S+)/.exec(
      execFileSync('go', ['version'], { encoding: 'utf8', timeout: 10_000 }),
    )?.[1]
  } catch {
    return undefined
  }
}

/**
 * Builds the three programs as one binary with three names and puts them into the cache folder.
 * Cold it takes minutes (see README.md); Go's own build cache makes a second build quick.
 */
export async function buildRelease(release: Release, say: (line: string) => void): Promise<string> {
  const bin = join(cacheFolder(), 'bin')
  const target = join(bin, release.version)
  mkdirSync(bin, { recursive: true })
  const scratch = mkdtempSync(join(bin, `.${release.version}-`))
  try {
    say(`Building Kubernetes ${release.version} and etcd from Go modules; the first time takes many minutes.`)
    await buildControlPlane(release, join(scratch, 'controlplane'))
    for (const name of programs) symlinkSync('controlplane', join(scratch, name))
    // Another build may have been faster: its result is as good.
    if (!existsSync(target)) renameSync(scratch, target)
    return target
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

function buildControlPlane(release: Release, output: string): Promise<void> {
  const [major, minor] = release.version.split('.')
  const stamp = [
    `-X ${versionPackage}.gitVersion=v${release.version}`,
    `-X ${versionPackage}.gitMajor=${major}`,
    `-X ${versionPackage}.gitMinor=${minor}`,
    `-X ${versionPackage}.gitTreeState=clean`,
  ]
  return goBuild(moduleFolder, [
    `-modfile=${release.modfile}`,
    '-tags=notest,grpcnotrace',
    `-ldflags=-s -w ${stamp.join(' ')}`,
    '-o',
    output,
    '.',
  ])
}

/** Runs `go build` in a module's folder: without cgo, and without anything of the person's own Go settings. */
export function goBuild(folder: string, args: string[]): Promise<void> {
  const child = spawn('go', ['build', '-trimpath', '-buildvcs=false', '-mod=readonly', ...args], {
    cwd: folder,
    env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '', GOWORK: 'off' },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) =>
      code === 0 ? resolve() : reject(new Error(`go build ended with ${signal ?? `code ${code}`}`)),
    )
  })
}
