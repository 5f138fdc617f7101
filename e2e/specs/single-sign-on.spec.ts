import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from '@playwright/test'
import { startFakeProvider } from '../../lib/access/testing/fake-provider'
import { startHoldfast } from '../holdfast-process'

const KUBECONFIG = `apiVersion: v1
kind: Config
clusters: [{ name: away, cluster: { server: 'https://127.0.0.1:1', insecure-skip-tls-verify: true } }]
users: [{ name: away, user: { token: none } }]
contexts: [{ name: away, context: { cluster: away, user: away } }]
`

test('people sign in at the identity provider, by the role of their groups, while it is up', async ({
  page,
}) => {
  const provider = await startFakeProvider('holdfast')
  const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-sso-'))
  // Run as root, PostgreSQL is another user's, who must be able to pass.
  await chmod(folder, 0o711)
  await writeFile(path.join(folder, 'kubeconfig'), KUBECONFIG)
  const config = path.join(folder, 'holdfast.yaml')
  await writeFile(
    config,
    `apiVersion: holdfast.dev/v1
kubeconfigs: [kubeconfig]
access:
  oidc: { issuer: '${provider.issuer}', clientId: holdfast, roles: { sre: responder } }
`,
  )
  const holdfast = await startHoldfast({ args: ['--config', config], dataDir: path.join(folder, 'data') })
  const signOn = async () => {
    await page.goto(`${holdfast.url}/sign-in?next=%2Fclusters`)
    await page.getByRole('link', { name: 'Single sign-on' }).click()
  }
  try {
    provider.visit({ sub: 'u2', name: 'Mallory', groups: ['visitors'] })
    await signOn()
    await expect(page.getByRole('alert').filter({ hasText: 'did not let you in' })).toBeVisible()
    expect((await page.request.get(`${holdfast.url}/api/v1/session`)).status()).toBe(401)

    provider.visit({ sub: 'u1', name: 'Ada', email: 'ada@example.com', groups: ['sre'] })
    await signOn()
    await expect(page).toHaveURL(`${holdfast.url}/clusters`)
    const session = await (await page.request.get(`${holdfast.url}/api/v1/session`)).json()
    expect(session).toMatchObject({ name: 'Ada', role: 'responder' })
    const cookies = await page.context().cookies()
    expect(cookies.map(({ name, httpOnly, sameSite }) => [name, httpOnly, sameSite])).toEqual([
      ['holdfast_session', true, 'Strict'],
    ])
  } finally {
    await holdfast.stop()
    await provider.stop()
    await rm(folder, { recursive: true, force: true })
  }
})
