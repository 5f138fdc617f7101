// Writes the pictures of README.md: `npx tsx e2e/screenshots.ts`. Run by hand when the user interface has changed.
import path from 'node:path'
import { type Browser, type BrowserContextOptions, chromium, expect, type Page } from '@playwright/test'
import { ensureBrowser } from '../bin/prepare.mjs'
import { startHoldfast } from './holdfast-process'
import { redeemLink } from './sign-in'
import { Operator } from './simulation'

const docs = path.resolve(import.meta.dirname, '../docs')
const LAPTOP = { width: 1440, height: 900 }
const PHONE = { width: 390, height: 844 }

async function main(): Promise<void> {
  // No faster than two cores can follow: what is late is not known, and looks so.
  const holdfast = await startHoldfast({ args: ['--scenario', 'dec-11', '--speed', '8'] })
  const browser = await chromium.launch({
    executablePath: await ensureBrowser(),
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  })
  try {
    await takeAll(browser, holdfast.url, holdfast.signInUrl)
  } finally {
    await browser.close()
    await holdfast.stop()
  }
}

async function takeAll(browser: Browser, baseURL: string, link: string): Promise<void> {
  const common: BrowserContextOptions = { baseURL, locale: 'en-GB', timezoneId: 'America/Los_Angeles' }
  const laptop = await browser.newContext({ ...common, viewport: LAPTOP })
  const { storageState, session } = await redeemLink(laptop.request, link)
  const operator = new Operator(laptop.request, session.csrfToken)
  await operator.pauseWhileBurning(3)
  const { fleet } = await operator.room()
  const lost = fleet.clusters.find(
    ({ controlPlane, dataPlane }) => controlPlane.state === 'LockedOut' && dataPlane.state === 'Burning',
  )
  if (!lost) throw new Error('No cluster is locked out with its fuse burning.')
  const plan = await operator.planRemoval()

  const page = await laptop.newPage()
  await shoot(page, '/', 'war-room', open => open.getByTestId('fuse'))
  await shoot(page, `/?action=${encodeURIComponent(plan.id)}`, 'action-sheet', open =>
    open.getByRole('heading', { name: /^Guards/ }),
  )
  await shoot(page, `/clusters/${encodeURIComponent(lost.id)}`, 'cluster', open =>
    open.getByTestId('verdict'),
  )
  await shoot(page, '/status', 'status', open => open.getByText('All times UTC'))
  const phone = await browser.newContext({ ...common, viewport: PHONE, storageState })
  await shoot(await phone.newPage(), '/', 'war-room-mobile', open => open.getByTestId('fuse'))
}

async function shoot(
  page: Page,
  address: string,
  name: string,
  ready: (page: Page) => ReturnType<Page['getByRole']>,
): Promise<void> {
  await page.goto(address)
  await expect(ready(page)).toBeVisible({ timeout: 60_000 })
  await page.waitForLoadState('load')
  await page.screenshot({ path: path.join(docs, `${name}.png`), animations: 'disabled' })
}

await main()
