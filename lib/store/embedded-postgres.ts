import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import path from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { wallSleep } from '../clock/system-clock'
import { HoldfastError } from '../errors'
import { type PostgresHome, postgresHome } from './postgres-home'

const run = promisify(execFile)

export interface EmbeddedPostgres {
  /** Connection string of the database `holdfast`. */
  url: string
  dataDir: string
  /** True when a server that had outlived its parent was taken over. */
  adopted: boolean
  /** Fast shutdown: disconnects clients, writes a checkpoint. */
  stop(): Promise<void>
}

interface Saved {
  port: number
  password: string
}

/**
 * Starts the PostgreSQL that comes with the npm package in `dataDir`, or takes over one that still runs there after
 * its parent was killed. Loopback only, random password on disk (0600), a free port that is kept between starts.
 * @throws HoldfastError `unavailable` with PostgreSQL's own last words
 */
export async function startEmbeddedPostgres(dataDir: string): Promise<EmbeddedPostgres> {
  const home = await postgresHome(dataDir)
  await mkdir(home.root, { recursive: true })
  await own(home.root, home, 0o700)
  const saved = await readSaved(home)
  if (saved && (await answers(saved, home))) return handle(saved, home, true)
  const fresh = saved ?? { port: 0, password: randomBytes(24).toString('base64url') }
  const settings = { ...fresh, port: await freePort(fresh.port) }
  await writeSaved(home, settings)
  if (!(await exists(path.join(home.data, 'PG_VERSION')))) await initialise(home, settings)
  await launch(home, settings)
  await createDatabase(settings)
  return handle(settings, home, false)
}

const connection = ({ port, password }: Saved, database: string) =>
  `postgresql://postgres:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`

async function initialise(home: PostgresHome, { password }: Saved): Promise<void> {
  const passwordFile = path.join(home.root, 'initial-password')
  await writeFile(passwordFile, password, { mode: 0o600 })
  await own(passwordFile, home)
  // A folder without PG_VERSION is the remains of an interrupted first start: there is no data in it.
  await rm(home.data, { recursive: true, force: true })
  const args = ['-D', home.data, '-U', 'postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`]
  try {
    await run(home.initdb, [...args, '--encoding=UTF8', '--no-locale'], spawnOptions(home))
  } catch (error) {
    throw failed('could not make its data folder', error instanceof Error ? error.message : String(error))
  } finally {
    await rm(passwordFile, { force: true })
  }
}

async function launch(home: PostgresHome, settings: Saved): Promise<void> {
  let words = ''
  for (let attempt = 0; attempt < 40; attempt++) {
    const child = spawn(
      home.postgres,
      [
        '-D',
        home.data,
        '-p',
        String(settings.port),
        '-c',
        'listen_addresses=127.0.0.1',
        '-c',
        'unix_socket_directories=',
        '-c',
        'max_connections=50',
        '-c',
        'shared_buffers=64MB',
      ],
      { ...spawnOptions(home), stdio: ['ignore', 'ignore', 'pipe'], detached: true },
    )
    child.stderr?.on('data', chunk => {
      words = (words + String(chunk)).slice(-2_000)
    })
    child.on('error', error => {
      words = error.message
    })
    if (await becomesReady(child, settings, home)) {
      child.stderr?.destroy()
      child.unref()
      return
    }
    // After a kill -9 the old server's children hold its shared memory for a moment.
    if (!/lock file|shared memory|in use|starting up/i.test(words)) break
    await wallSleep(250)
  }
  throw failed('did not start', words)
}

async function becomesReady(child: ChildProcess, settings: Saved, home: PostgresHome): Promise<boolean> {
  for (let i = 0; i < 300 && child.exitCode === null && child.signalCode === null; i++) {
    if (await answers(settings, home)) return true
    await wallSleep(50)
  }
  if (child.exitCode === null) child.kill('SIGKILL')
  return false
}

async function answers(settings: Saved, home: PostgresHome): Promise<boolean> {
  const client = new pg.Client({
    connectionString: connection(settings, 'postgres'),
    connectionTimeoutMillis: 1_000,
  })
  // A connection that breaks is told by the query; without a listener it would end the process.
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query<{ data_directory: string }>('show data_directory')
    return rows[0]?.data_directory === home.data
  } catch {
    return false // Not up, not ours, or another password: no answer all the same.
  } finally {
    // Nothing is left to close where it did not connect.
    await client.end().catch(() => {})
  }
}

async function createDatabase(settings: Saved): Promise<void> {
  const client = new pg.Client({ connectionString: connection(settings, 'postgres') })
  await client.connect()
  try {
    const { rowCount } = await client.query(`select 1 from pg_database where datname = 'holdfast'`)
    if (!rowCount) await client.query('create database holdfast')
  } finally {
    await client.end()
  }
}

function handle(settings: Saved, home: PostgresHome, adopted: boolean): EmbeddedPostgres {
  return {
    url: connection(settings, 'holdfast'),
    dataDir: home.data,
    adopted,
    stop: async () => {
      const pid = await postmasterPid(home)
      if (pid === undefined) return
      try {
        process.kill(pid, 'SIGINT')
        for (let i = 0; i < 100; i++) {
          process.kill(pid, 0)
          await wallSleep(30)
        }
      } catch (error) {
        if (!isCode(error, 'ESRCH')) throw error // Else it has ended, as it should.
      }
    },
  }
}

async function postmasterPid(home: PostgresHome): Promise<number | undefined> {
  const text = (await readIfThere(path.join(home.data, 'postmaster.pid'))) ?? ''
  const pid = Number.parseInt(text, 10)
  return pid > 0 ? pid : undefined
}

/** Undefined when there is no such file; one that may not be read is an error. */
async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined
    throw error
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

const savedPath = (home: PostgresHome) => path.join(home.root, 'connection.json')

async function readSaved(home: PostgresHome): Promise<Saved | undefined> {
  const text = await readIfThere(savedPath(home))
  if (text === undefined) return undefined
  try {
    const value: unknown = JSON.parse(text)
    if (value && typeof value === 'object' && 'port' in value && 'password' in value)
      return { port: Number(value.port), password: String(value.password) }
  } catch {
    // Falls through to the error below.
  }
  throw failed(
    'lost its password',
    `${savedPath(home)} cannot be read; restore it or move the data folder away`,
  )
}

async function writeSaved(home: PostgresHome, settings: Saved): Promise<void> {
  await writeFile(savedPath(home), JSON.stringify(settings), { mode: 0o600 })
  await chmod(savedPath(home), 0o600)
}

async function freePort(wanted: number): Promise<number> {
  const listen = (port: number) =>
    new Promise<number | undefined>(resolve => {
      const server = createServer()
      server.once('error', () => resolve(undefined))
      server.listen(port, '127.0.0.1', () => {
        const address = server.address()
        server.close(() => resolve(address && typeof address === 'object' ? address.port : undefined))
      })
    })
  const port = (wanted > 0 ? await listen(wanted) : undefined) ?? (await listen(0))
  if (port === undefined) throw failed('found no free port on 127.0.0.1', 'all loopback ports are taken')
  return port
}

async function own(file: string, home: PostgresHome, mode?: number): Promise<void> {
  if (home.uid !== undefined && home.gid !== undefined) await chown(file, home.uid, home.gid)
  if (mode !== undefined) await chmod(file, mode)
}

const spawnOptions = (home: PostgresHome) => ({
  uid: home.uid,
  gid: home.gid,
  cwd: '/',
  env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC', NODE_ENV: process.env.NODE_ENV },
})

const exists = (file: string) =>
  readFile(file).then(
    () => true,
    () => false,
  )

function failed(what: string, words: string): HoldfastError {
  return new HoldfastError('unavailable', `The embedded PostgreSQL ${what}: ${words.trim().slice(-600)}`, {
    hint: 'Give another folder with HOLDFAST_DATA_DIR, or your own server with DATABASE_URL.',
  })
}
