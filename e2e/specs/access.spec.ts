import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import AxeBuilder from '@axe-core/playwright'
import type { Browser, Page } from '@playwright/test'
import { codeAt } from '../../lib/access/testing/totp-code'
import type { HoldfastProcess } from '../holdfast-process'
import { expect, test } from '../holdfast-test'

const run = promisify(execFile)
const root = path.resolve(import.meta.dirname, '../..')
const PASSWORD = 'correct horse battery'

test.use({ holdfastArgs: ['--scenario', 'small-fleet', '--speed', '1', '--seed', '2'] })

/** A browser of its own, in which nobody is signed in. */
async function elsewhere(browser: Browser, holdfast: HoldfastProcess): Promise<Page> {
  const context = await browser.newContext({
    baseURL: holdfast.url,
    storageState: { cookies: [], origins: [] },
  })
  return context.newPage()
}

async function invite(page: Page, name: string, role: string): Promise<string> {
  await page.goto('/settings?show=people')
  await page.getByLabel('Name', { exact: true }).fill(name)
  await page.getByLabel('Signs in as (short name or e-mail)').fill(`${name.toLowerCase()}@example.com`)
  await page.getByLabel('Role', { exact: true }).selectOption(role)
  await page.getByRole('button', { name: 'Invite', exact: true }).press('Enter')
  return (await page.getByLabel('Invitation link', { exact: true }).textContent()) ?? ''
}

async function join(page: Page, link: string): Promise<void> {
  await page.goto(link)
  await page.getByLabel('New password').fill(PASSWORD)
  await page.getByLabel('The same again').fill(PASSWORD)
  await page.getByRole('button', { name: 'Set password and sign in' }).press('Enter')
  await expect(page).toHaveURL(/\/settings$/)
}

async function enter(page: Page, login: string): Promise<void> {
  await page.goto('/sign-in')
  await page.getByLabel('Name or e-mail').fill(login)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

async function expectSound(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa']).analyze()
  expect(violations.map(v => `${v.id}: ${v.nodes.map(n => n.html.slice(0, 120)).join(' | ')}`)).toEqual([])
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  expect(overflow, 'no sideways scrolling').toBeLessThanOrEqual(0)
}

test('a person is invited, sets a password and one-time codes, signs in by both, and loses the session', async ({
  page,
  browser,
  holdfast,
}) => {
  const link = await invite(page, 'Ada', 'responder')
  const ada = await elsewhere(browser, holdfast)
  await ada.goto(link)
  await expect(ada.getByRole('heading', { name: 'Welcome, Ada' })).toBeVisible()
  await expectSound(ada)
  await join(ada, link)

  await ada.getByRole('button', { name: 'Set up one-time codes' }).click()
  const secret = (await ada.getByTestId('totp-secret').textContent()) ?? ''
  await expectSound(ada)
  await ada.getByLabel('Six digits that it shows').fill(codeAt(secret, Date.now()))
  await ada.getByLabel('Your password').fill(PASSWORD)
  await ada.getByRole('button', { name: 'Turn one-time codes on' }).press('Enter')
  await expect(ada.getByText('One-time codes are on.')).toBeVisible()

  const other = await elsewhere(browser, holdfast)
  await enter(other, 'ADA@example.com')
  // The code of now was taken when the codes were turned on; the next one is valid already.
  await other
    .getByLabel('Six digits of your authenticator application')
    .fill(codeAt(secret, Date.now() + 30_000))
  await other.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(other.getByRole('link', { name: 'Readiness' }).first()).toBeVisible()

  await other.goto('/readiness?min=60')
  await page.goto('/settings?show=sessions')
  await expect(page.getByRole('rowheader', { name: 'Ada' })).toHaveCount(2)
  await ada.goto('/settings?show=own-sessions')
  const end = ada.getByRole('button', { name: 'End session of Ada' })
  await end.press('Enter')
  await ada.getByRole('button', { name: 'Really end session of Ada' }).press('Enter')
  await expect(ada.getByRole('rowheader', { name: 'Ada' })).toHaveCount(1)
  await expect(other).toHaveURL(/\/sign-in\?next=%2Freadiness%3Fmin%3D60/)
  await expect(other.getByText('Your session has ended.')).toBeVisible()
  expect((await other.request.get('/api/v1/fleet')).status()).toBe(401)

  await page.goto('/settings?show=people')
  await page.getByLabel('Role of Ada').selectOption('viewer')
  await expect.poll(async () => (await (await ada.request.get('/api/v1/session')).json()).role).toBe('viewer')
  await ada.goto('/settings?show=account')
  await ada.getByLabel('Password of now').fill('half a word')
  await page.getByRole('button', { name: 'Disable Ada' }).press('Enter')
  await page.getByRole('button', { name: 'Really disable Ada' }).press('Enter')
  await expect(page.getByRole('button', { name: 'Enable Ada' })).toBeVisible()
  expect((await ada.request.get('/api/v1/session')).status()).toBe(401)
  await expect(ada.getByRole('alert').filter({ hasText: 'was not sent' })).toBeVisible()
  await expectSound(ada)
  await ada.getByRole('link', { name: 'sign in again', exact: true }).click()
  await expect(ada).toHaveURL(/\/sign-in\?next=%2Fsettings%3Fshow%3Daccount/)
})

test('a passkey signs in without a password', async ({ page, browser, holdfast }) => {
  const bob = await elsewhere(browser, holdfast)
  const devtools = await bob.context().newCDPSession(bob)
  await devtools.send('WebAuthn.enable')
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  await join(bob, await invite(page, 'Bob', 'viewer'))
  await bob.getByLabel('Name of this device').fill('laptop')
  await bob.getByRole('button', { name: 'Add a passkey' }).click()
  await expect(bob.getByText('laptop')).toBeVisible()
  await bob.context().clearCookies()
  await bob.goto('/sign-in')
  await bob.getByRole('button', { name: 'Use a passkey' }).click()
  await expect(bob.getByRole('link', { name: 'Readiness' }).first()).toBeVisible()
  expect(await (await bob.request.get('/api/v1/session')).json()).toMatchObject({
    name: 'Bob',
    role: 'viewer',
  })
})

test('a sealed code lets in when nothing else does, tells everybody, and waits for a review', async ({
  page,
  browser,
  holdfast,
}) => {
  const { stdout } = await run(process.execPath, ['--import', 'tsx', 'bin/access.ts', 'break-glass'], {
    cwd: root,
    env: { ...process.env, HOLDFAST_DATA_DIR: holdfast.dataDir, DATABASE_URL: '' },
  })
  const code = /1 {2}(\S+)/.exec(stdout)?.[1] ?? ''
  expect(holdfast.output()).not.toContain(code)
  const eve = await elsewhere(browser, holdfast)
  await eve.goto('/sign-in')
  await eve.getByRole('button', { name: /break-glass code/ }).click()
  await expectSound(eve)
  await eve.getByLabel('Code from the sealed sheet').fill(code.toLowerCase())
  await eve.getByLabel('Your name').fill('Eve')
  await eve.getByLabel('Why nothing else works').fill('the identity provider is down')
  await eve.getByRole('button', { name: 'Sign in', exact: true }).click()
  const notice = /Eve signed in through broken glass .* the identity provider is down/
  await expect(eve.getByText(notice)).toBeVisible()
  await page.goto('/')
  await expect(page.getByText(notice)).toBeVisible()

  await eve.goto('/settings?show=break-glass')
  await eve.getByLabel('What you found').fill('all is well')
  await eve.getByRole('button', { name: 'Mark reviewed' }).click()
  await expect(eve.getByRole('alert').filter({ hasText: 'cannot review it themselves' })).toBeVisible()
  await page.goto('/settings?show=break-glass')
  await page.getByLabel('What you found').fill('it was her, and it was down')
  await page.getByRole('button', { name: 'Mark reviewed' }).press('Enter')
  await expect(page.getByText(/Reviewed by Administrator/)).toBeVisible()
  await expect(page.getByText(notice)).toBeHidden()
})

test('a token made in the settings does what its scopes say, until it is revoked', async ({
  page,
  playwright,
  holdfast,
}) => {
  await page.goto('/settings?show=tokens')
  await page.getByLabel('Name of the program').fill('nightly')
  await page.getByRole('button', { name: 'Make token' }).press('Enter')
  const token = await page.getByLabel('Token', { exact: true }).textContent()
  const client = await playwright.request.newContext({
    baseURL: holdfast.url,
    storageState: { cookies: [], origins: [] },
    extraHTTPHeaders: { authorization: `Bearer ${token}` },
  })
  expect((await client.get('/api/v1/fleet')).status()).toBe(200)
  expect((await client.post('/api/v1/changes', { data: {} })).status()).toBe(403)
  await page.getByRole('button', { name: 'Revoke nightly' }).press('Enter')
  await page.getByRole('button', { name: 'Really revoke nightly' }).press('Enter')
  await expect(page.getByRole('row', { name: /nightly/ })).toContainText('revoked')
  expect((await client.get('/api/v1/fleet')).status()).toBe(401)
  await client.dispose()
})

for (const width of [1440, 390])
  for (const show of ['account', 'own-sessions', 'people', 'sessions', 'tokens', 'break-glass'])
    test(`settings, ${show}, at ${width} px`, async ({ page }) => {
      await page.setViewportSize({ width, height: 844 })
      await page.goto(`/settings?show=${show}`)
      await expect(page.getByRole('navigation', { name: 'Settings' }).getByRole('link')).toHaveCount(6)
      await expect(page.locator('.settings-body')).toBeVisible()
      await expectSound(page)
    })
