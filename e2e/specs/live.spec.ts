import { startCuttableProxy } from '../cuttable-proxy'
import { expect, test } from '../holdfast-test'
import { ActionSheetPage } from '../pages/action-sheet-page'
import { WarRoomPage } from '../pages/war-room-page'
import { redeemLink, runToken } from '../sign-in'

test.use({ holdfastArgs: ['--scenario', 'small-fleet', '--speed', '30'] })

test.describe.configure({ mode: 'serial' })

test('a cut line is said with its age, locks what would act, and heals by itself', async ({
  page,
  holdfast,
  operator,
  warRoom,
}) => {
  await operator.pauseWhileBurning()
  const plan = await operator.planRemoval()
  const line = await startCuttableProxy(holdfast.port)
  await page.goto(`${line.url}/?action=${encodeURIComponent(plan.id)}`)
  const sheet = new ActionSheetPage(page)
  await expect(sheet.locked('Give a reason')).toBeVisible()

  line.cut()
  await expect(sheet.locked('Stream is stale')).toHaveAttribute('aria-disabled', 'true')
  await page.keyboard.press('Escape')
  await expect(sheet.sheet).toBeHidden()
  const age = warRoom.header.getByText(/^Stale \d\d:\d\d$/)
  await expect(age).toBeVisible()
  const first = (await age.textContent()) ?? ''
  await expect(age).not.toHaveText(first)
  expect(((await age.textContent()) ?? '') > first).toBe(true)
  await expect(warRoom.fleet.getByText(/^Stale for \d\d:\d\d$/)).toBeVisible()

  line.mend()
  await expect(warRoom.header.getByText(/^Live/)).toBeVisible()
  await expect(warRoom.fleet.getByText(/^Stale for/)).toBeHidden()
  await line.close()
})

test('the fuse stands while the simulated run is paused, and goes on when it is played', async ({
  page,
  warRoom,
  operator,
}) => {
  await warRoom.open()
  await expect(warRoom.header.getByText(/PAUSED/)).toBeVisible()
  await expect(warRoom.fuseTimer).toBeVisible()
  const at = (await operator.room()).clock.at
  const stands = await warRoom.secondsLeft()
  await page.reload()
  await expect(warRoom.fuseTimer).toBeVisible()
  expect(await warRoom.secondsLeft()).toBe(stands)
  expect((await operator.room()).clock.at).toBe(at)

  await warRoom.header.getByRole('button', { name: 'Play the simulated run' }).click()
  await expect(warRoom.header.getByText(/PAUSED/)).toBeHidden()
  await expect.poll(() => warRoom.secondsLeft()).toBeLessThan(stands)
  await warRoom.header.getByRole('button', { name: 'Pause the simulated run' }).click()
  await expect(warRoom.header.getByText(/PAUSED/)).toBeVisible()
})

test('the speed is chosen in the header and holds for everybody', async ({ warRoom, operator }) => {
  await warRoom.open()
  await warRoom.chooseSpeed(60)
  await expect.poll(async () => (await operator.room()).simulation?.speed).toBe(60)
  await warRoom.chooseSpeed(5)
  await expect.poll(async () => (await operator.room()).clock.speed).toBe(5)
})

test('two people see each other’s notes', async ({ browser, holdfast, warRoom, playwright }) => {
  const link = await runToken(holdfast.dataDir, 'link', 'Ada', 'responder')
  const client = await playwright.request.newContext({
    baseURL: holdfast.url,
    storageState: { cookies: [], origins: [] },
  })
  const { storageState } = await redeemLink(client, link)
  const context = await browser.newContext({ baseURL: holdfast.url, storageState })
  const ada = new WarRoomPage(await context.newPage())
  await ada.open()
  await warRoom.open()
  const note = '<b>Rolling back</b> in eu-west & waiting'
  await ada.addNote(note)
  const seen = warRoom.timeline.getByRole('listitem').filter({ hasText: note })
  await expect(seen).toContainText('Ada')
  await warRoom.addNote('Thank you')
  await expect(ada.timeline.getByRole('listitem').filter({ hasText: 'Thank you' })).toContainText(
    'Administrator',
  )
  await context.close()
  await client.dispose()
})

test('a scenario that starts again starts from nothing', async ({ page, warRoom, operator }) => {
  await warRoom.open()
  const before = await operator.room()
  await warRoom.header.getByRole('button', { name: 'Speed and scenario' }).click()
  await page.getByRole('menuitem', { name: 'small-fleet' }).click()
  await expect(warRoom.header.getByRole('heading', { name: 'No open incident' })).toBeVisible()
  await expect(warRoom.fuse).toContainText('No fuse burning')
  await expect(warRoom.timeline).not.toContainText('Thank you')
  const after = await operator.room()
  expect(Date.parse(after.clock.at)).toBeLessThan(Date.parse(before.clock.at))
  expect(after.incident).toBeNull()
  expect(after.suspects.suspects).toEqual([])
})
