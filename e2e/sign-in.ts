import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import type { APIRequestContext } from '@playwright/test'
import { sessionDto } from '../lib/wire/access'

const run = promisify(execFile)
const root = path.resolve(import.meta.dirname, '..')

/** Signs in over the API; the answer has the session and the cookies for browser contexts. */
export async function redeemLink(client: APIRequestContext, link: string) {
  const token = new URL(link, 'http://localhost').searchParams.get('token')
  const answer = await client.post('/api/v1/session', { data: { token } })
  if (answer.status() !== 201) throw new Error(`Signing in failed: ${await answer.text()}`)
  return {
    session: sessionDto.parse(await answer.json()),
    storageState: await client.storageState(),
  }
}

/** What `npm run token` prints for the Holdfast of this data folder. `whose`: a role, or a probe agent's cluster. */
export async function runToken(
  dataDir: string,
  verb: 'create' | 'link' | 'probe',
  name: string,
  whose: string,
) {
  const option = verb === 'probe' ? '--cluster' : '--role'
  const args = ['--import', 'tsx', 'bin/token.ts', verb, '--name', name, option, whose]
  const { stdout } = await run(process.execPath, args, {
    cwd: root,
    env: { ...process.env, HOLDFAST_DATA_DIR: dataDir, DATABASE_URL: '' },
  })
  return stdout.trim()
}
