import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from '@playwright/test'
import { freePort, startHoldfast } from '../holdfast-process'
import { isListening } from '../is-listening'
import { WarRoomPage } from '../pages/war-room-page'
import { processesUnder } from '../processes-under'
import { redeemLink } from '../sign-in'

const root = path.resolve(import.meta.dirname, '../..')

let folder: string
test.beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'holdfast-lifecycle-'))
  // Run as root, PostgreSQL is another user's, who must be able to pass.
  await chmod(folder, 0o711)
})
test.afterEach(() => rm(folder, { recursive: true, force: true }))

/** `npm start` with these arguments, run to its end. */
async function start(...args: string[]) {
  const env = { ...process.env, HOLDFAST_CONFIG: '', HOLDFAST_KUBECONFIG: '', DATABASE_URL: '' }
  const child = spawn(process.execPath, ['bin/start.mjs', ...args], { cwd: root, env, stdio: 'pipe' })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', chunk => {
      output += chunk
    })
  const [code] = await once(child, 'close')
  return { code, output }
}

test('ends at once when asked to, with a page and a stream open, and leaves nothing behind', async ({
  browser,
  playwright,
}) => {
  const holdfast = await startHoldfast({
    args: ['--scenario', 'small-fleet', '--speed', '1'],
    dataDir: folder,
  })
  const client = await playwright.request.newContext({ baseURL: holdfast.url })
  const { storageState } = await redeemLink(client, holdfast.signInUrl)
  const context = await browser.newContext({ baseURL: holdfast.url, storageState })
  const warRoom = new WarRoomPage(await context.newPage())
  await warRoom.open()
  const postgresPort = Number(
    JSON.parse(await readFile(path.join(folder, 'postgres/connection.json'), 'utf8')).port,
  )
  expect(await isListening(postgresPort)).toBe(true)
  const running = await processesUnder(holdfast.pid)
  expect(running.map(p => p.command).join('\n')).toMatch(/simulator\/main\.ts/)

  await test.step('a second start on the same folder is refused with words', async () => {
    const second = await start('--port', String(await freePort()), '--data', folder)
    expect(second.code).toBe(1)
    expect(second.output).toContain('Holdfast already runs with this data folder')
    expect(second.output).toContain('give another folder with --data')
    expect((await client.get('/healthz')).status()).toBe(200)
  })

  const { code, tookMs } = await holdfast.stop()
  expect(code).toBe(0)
  expect(tookMs).toBeLessThan(5_000)
  await expect(warRoom.header.getByText(/^Stale/)).toBeVisible()
  expect(await isListening(holdfast.port)).toBe(false)
  expect(await isListening(postgresPort)).toBe(false)
  for (const { pid, command } of running) expect(isAlive(pid), command).toBe(false)
  await context.close()
  await client.dispose()
})

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

test('--help tells every option and starts nothing', async () => {
  const { code, output } = await start('--help')
  expect(code).toBe(0)
  for (const option of ['--kubeconfig', '--config', '--port', '--host', '--data', '--scenario', '--speed'])
    expect(output).toContain(option)
})

test('an option that does not exist is named', async () => {
  const { code, output } = await start('--prot', '3000')
  expect(code).toBe(1)
  expect(output).toContain('There is no option --prot.')
})

test('a value out of range is named with its range', async () => {
  const { code, output } = await start('--port', '70000', '--data', folder)
  expect(code).toBe(1)
  expect(output).toContain('PORT is "70000"; it must be a whole number from 0 to 65535.')
})

test('a wrong holdfast.yaml is told by line and key before anything is begun', async () => {
  const config = path.join(folder, 'holdfast.yaml')
  await writeFile(config, 'apiVersion: holdfast.dev/v1\nclusters:\n  - context: one\n    colour: blue\n')
  const { code, output } = await start('--config', config, '--data', path.join(folder, 'data'))
  expect(code).toBe(1)
  expect(output).toContain('holdfast.yaml')
  expect(output).toMatch(/(line |:)4/)
  expect(output).toContain('colour')
  expect(await readdir(folder)).toEqual(['holdfast.yaml'])
})
