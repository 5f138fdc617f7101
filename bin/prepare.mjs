// Makes a checkout ready to run, doing only what is stale. Node's own modules only: it runs before anything is installed.
import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
const at = (...parts) => path.join(root, ...parts)

/** Runs a command with its output shown; rejects with a plain sentence when it fails. */
export function run(command, args, { env = {}, quiet = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    })
    let words = ''
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', chunk => {
        words = (words + chunk).slice(-20_000)
      })
    child.on('error', reject)
    child.on('close', (code, signal) => {
      if (code === 0) resolve(words)
      else
        reject(
          new Error(`${command} ${args.join(' ')} failed (${signal ?? code})${words ? `:\n${words}` : ''}`),
        )
    })
  })
}

const hashOf = (...files) => {
  const hash = createHash('sha256')
  for (const file of files) hash.update(file).update(readFileSync(at(file)))
  return hash.digest('hex')
}
const readStamp = file => (existsSync(at(file)) ? readFileSync(at(file), 'utf8') : '')

/** Installs the locked dependencies when the lock file or the Node version has changed since. */
export async function ensureInstalled() {
  const stamp = 'node_modules/.holdfast-install'
  const wanted = `${hashOf('package.json', 'package-lock.json')} ${process.version} ${process.platform}-${process.arch}`
  if (readStamp(stamp) !== wanted) {
    console.log('Installing dependencies …')
    await run(npm(), ['ci', '--no-audit', '--no-fund', '--loglevel=error'])
    writeFileSync(at(stamp), wanted)
  }
  await ensureClient()
}

const npm = () => (process.platform === 'win32' ? 'npm.cmd' : 'npm')

/** Generates the database client. Without internet Prisma's engine is absent; generating does not need it. */
async function ensureClient() {
  const stamp = 'lib/store/generated/.stamp'
  const wanted = hashOf('prisma/schema.prisma', 'package-lock.json')
  if (readStamp(stamp) === wanted) return
  const engines = at('node_modules/@prisma/engines')
  const absent = !existsSync(engines) || !readdirSync(engines).some(name => name.startsWith('schema-engine'))
  const env = absent && process.platform !== 'win32' ? { PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true' } : {}
  await run(process.execPath, [at('node_modules/prisma/build/index.js'), 'generate'], { env, quiet: true })
  writeFileSync(at(stamp), wanted)
}

const SOURCES = [
  'app',
  'components',
  'lib',
  'public',
  'prisma/schema.prisma',
  'instrumentation.ts',
  'proxy.ts',
  'next.config.js',
  'postcss.config.mjs',
  'tsconfig.json',
  'package-lock.json',
]

function hashTree(hash, file) {
  if (!existsSync(at(file))) return
  if (statSync(at(file)).isDirectory()) {
    for (const name of readdirSync(at(file)).sort())
      if (name !== 'generated' && !/\.test\.tsx?$|\.md$/.test(name) && name !== 'fixtures')
        hashTree(hash, path.join(file, name))
  } else hash.update(file).update(readFileSync(at(file)))
}

/**
 * Builds the web application when a source file has changed since the last build.
 * @param beforehand runs before a build, which takes a minute
 */
export async function ensureBuilt(beforehand = () => {}) {
  const hash = createHash('sha256')
  for (const source of SOURCES) hashTree(hash, source)
  const wanted = hash.digest('hex')
  if (readStamp('.next/holdfast-build') === wanted) return
  beforehand()
  console.log('Building …')
  await run(process.execPath, [at('node_modules/next/dist/bin/next'), 'build'], {
    env: { NEXT_TELEMETRY_DISABLED: '1', HOLDFAST_PHASE: 'build' },
    quiet: true,
  })
  mkdirSync(at('.next'), { recursive: true })
  writeFileSync(at('.next/holdfast-build'), wanted)
}

/** Replaces this process's job by a TypeScript entry, passing on arguments, signals and the exit code. */
export function runTypeScript(entry, args, { env = {} } = {}) {
  const child = spawn(process.execPath, ['--import', 'tsx', at(entry), ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: 'inherit',
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)))
  return child
}

/** Path of a Chromium to test with: named, Debian's, Playwright's own, or installed now; undefined when none can be had. */
export async function ensureBrowser() {
  const named = process.env.PLAYWRIGHT_CHROMIUM_PATH
  if (named) return named
  const found = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)
  if (found) return found
  const { chromium } = await import('@playwright/test')
  if (existsSync(chromium.executablePath())) return chromium.executablePath()
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.log('Installing Chromium from Debian …')
    const env = { DEBIAN_FRONTEND: 'noninteractive' }
    await run('apt-get', ['update', '-qq'], { env, quiet: true }).catch(() => {
      // Old lists may do; the installation tells what is wrong.
    })
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], {
      env,
      quiet: true,
    }).catch(error => console.error(error.message))
    if (existsSync('/usr/bin/chromium')) return '/usr/bin/chromium'
  }
  console.log("Fetching Playwright's Chromium …")
  try {
    execFileSync(process.execPath, [at('node_modules/playwright/cli.js'), 'install', 'chromium'], {
      cwd: root,
      stdio: 'inherit',
      timeout: 300_000,
    })
    return chromium.executablePath()
  } catch {
    return undefined // It told why on the terminal.
  }
}
