import { expect, test } from '../holdfast-test'
import { ActionSheetPage } from '../pages/action-sheet-page'

const SUSPECT = 'telemetry-collector'
const LOST = ['LockedOut', 'Dark']
const FIVE_MINUTES_MS = 5 * 60_000

// Meeting 240 clusters takes a minute of computing: slowly at first, so that no time is lost in it.
test.use({ holdfastArgs: ['--scenario', 'dec-11', '--speed', '1'] })

/** The incident of 2024-12-11 itself, on all of its 240 clusters, as far as one person can turn it. */
test('dec-11: the collector is named, and removing it by the buttons brings the lost clusters back', async ({
  page,
  warRoom,
  operator,
}) => {
  test.setTimeout(480_000)
  const sheet = new ActionSheetPage(page)
  await warRoom.open()
  await expect(warRoom.fleet).toContainText('240 clusters')
  const unknown = async () =>
    (await operator.room()).fleet.clusters.filter(c => c.controlPlane.state === 'Unknown').length
  await expect.poll(unknown, { timeout: 120_000, intervals: [1_000] }).toBe(0)
  console.log('met', new Date().toISOString())
  await operator.simulate({ speed: 20 })

  await test.step('the collector is named within five minutes of the first sick cluster', async () => {
    await expect
      .poll(async () => (await operator.room()).incident?.since, { timeout: 240_000, intervals: [500] })
      .toBeDefined()
    await operator.simulate({ speed: 10 })
    await expect(warRoom.firstSuspect).toHaveText(SUSPECT)
    const { clock, incident, suspects } = await operator.room()
    expect(Date.parse(clock.at) - Date.parse(incident?.since ?? '')).toBeLessThan(FIVE_MINUTES_MS)
    expect(suspects.suspects[0]?.name).toBe(SUSPECT)
  })

  await test.step('a fuse counts down', async () => {
    await expect(warRoom.fuseTimer).toBeVisible({ timeout: 120_000 })
    await operator.simulate({ speed: 5 })
    const first = await warRoom.secondsLeft()
    expect(first).toBeGreaterThan(0)
    await expect.poll(() => warRoom.secondsLeft()).toBeLessThan(first)
  })

  const lost = await test.step('the removal is sent by the buttons', async () => {
    await page
      .getByTestId('next-step')
      .getByRole('button', { name: /Plan removal/ })
      .click()
    await expect(sheet.sheet).toContainText(SUSPECT, { timeout: 60_000 })
    await sheet.reason.fill('It overloads the API servers of the large clusters')
    await sheet.typedName.fill(SUSPECT)
    const { fleet } = await operator.room()
    await sheet.holdToConfirm()
    await page.keyboard.press('Escape')
    return fleet.clusters.filter(c => LOST.includes(c.controlPlane.state)).map(c => c.id)
  })

  await test.step('it lands nearly everywhere, and every cluster that was lost is back', async () => {
    expect(lost.length).toBeGreaterThan(0)
    await operator.simulate({ speed: 10 })
    const t0 = Date.now()
    await expect
      .poll(
        async () => {
          const { fleet, actions, clock } = await operator.room()
          const { landed = 0, clusters = 1, verified = 0 } = actions[0]?.progress ?? {}
          const still = fleet.clusters.filter(c => lost.includes(c.id)).map(c => c.controlPlane.state)
          console.log(
            Math.round((Date.now() - t0) / 1000),
            clock.at,
            landed,
            verified,
            clusters,
            still.join(),
            fleet.clusters.filter(c => LOST.includes(c.controlPlane.state)).length,
          )
          return (
            landed >= 0.95 * clusters && still.every(state => !LOST.includes(state) && state !== 'Overloaded')
          )
        },
        { timeout: 240_000, intervals: [2_000] },
      )
      .toBe(true)
  })
})
