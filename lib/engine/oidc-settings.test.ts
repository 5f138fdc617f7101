import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it } from 'vitest'
import { readConfig } from '../fleet/read-config'
import { readOidcSettings } from './oidc-settings'

const read = (lines: string) =>
  readConfig(
    `apiVersion: holdfast.dev/v1\naccess:\n  oidc:\n    issuer: https://login.example.com\n    clientId: holdfast\n    roles: { sre: responder }\n${lines}`,
    'holdfast.yaml',
  ).access.oidc

it('takes the secret from a file beside holdfast.yaml, from a variable, or has none', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'access-oidc-'))
  await writeFile(path.join(folder, 'secret'), ' from a file\n')
  const at = path.join(folder, 'holdfast.yaml')
  expect(readOidcSettings(read('    clientSecretFile: secret\n'), at, {})?.clientSecret).toBe('from a file')
  const env = { SECRET: 'from the environment' }
  expect(readOidcSettings(read('    clientSecretEnv: SECRET\n'), at, env)?.clientSecret).toBe(env.SECRET)
  expect(readOidcSettings(read(''), at, {})).toEqual({
    issuer: 'https://login.example.com',
    clientId: 'holdfast',
    clientSecret: undefined,
    groupsClaim: 'groups',
    roles: { sre: 'responder' },
  })
  expect(readOidcSettings(undefined, at, {})).toBeUndefined()
  await rm(folder, { recursive: true })
})

it.each(['    clientSecretFile: none\n', '    clientSecretEnv: NONE\n'])(
  'says what is missing: %s',
  lines => {
    expect(() => readOidcSettings(read(lines), '/nowhere/holdfast.yaml', {})).toThrow(
      /client secret of access.oidc/,
    )
  },
)

it.each(['issuer: http://login.example.com', 'issuer: ftp://x', 'issuer: https://u:p@login.example.com'])(
  'refuses %s',
  issuer => {
    const text = `apiVersion: holdfast.dev/v1\naccess:\n  oidc:\n    ${issuer}\n    clientId: a\n    roles: {}\n`
    expect(() => readConfig(text, 'holdfast.yaml')).toThrow(/issuer/)
  },
)
