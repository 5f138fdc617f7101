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
  const holdfast = await startHoldfast({ args: ['--scenario', 'dec-11', '--speed', '20'] })
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
  const { fuses } = await operator.room()
  if (!fuses.next) throw new Error('No fuse burns.')
  const plan = await operator.planRemoval()

  const page = await laptop.newPage()
  await shoot(page, '/', 'war-room', open => open.getByTestId('fuse'))
  await shoot(page, `/?action=${encodeURIComponent(plan.id)}`, 'action-sheet', open =>
    open.getByRole('heading', { name: /^Guards/ }),
  )
  await shoot(page, `/clusters/${encodeURIComponent(fuses.next.clusterId)}`, 'cluster', open =>
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
