import AxeBuilder from '@axe-core/playwright'
import { expect, test } from '../burning-test'
import { ActionPage } from '../pages/action-page'

// A Holdfast of its own: it lets the time run on, which would end the incident for the specs that share one.
test.use({ holdfastArgs: ['--scenario', 'small-fleet', '--speed', '25', '--seed', '3'] })

test('a caller is muted instead of its workload removed, and let in again', async ({
  page,
  found,
  operator,
}) => {
  test.setTimeout(300_000)
  const sheet = page.getByTestId('action-sheet')
  const levers = sheet.getByRole('group', { name: 'Lever' })

  await test.step('the sheet offers every lever for the same trouble', async () => {
    await page.goto(`/?action=${found.actionId}`)
    await expect(sheet.getByRole('heading', { name: 'Remove service' })).toBeVisible()
    await expect(levers.getByRole('button')).toHaveText(['Mute', 'Revoke', 'Shrink', 'Roll back', 'Remove'])
    await expect(levers.getByRole('button', { name: 'Remove' })).toHaveAttribute('aria-pressed', 'true')
  })

  await test.step('each choice is a plan of its own', async () => {
    for (const [word, title] of [
      ['Revoke', 'Revoke rights'],
      ['Shrink', 'Shrink footprint'],
      ['Mute', 'Mute caller'],
    ] as const) {
      await levers.getByRole('button', { name: word }).click()
      await expect(sheet.getByRole('heading', { name: title })).toBeVisible({ timeout: 30_000 })
    }
    await sheet.getByRole('textbox', { name: 'Minutes' }).fill('999')
    await expect(sheet.getByRole('button', { name: 'Plan with it' })).toBeDisabled()
    await sheet.getByRole('textbox', { name: 'Minutes' }).fill('30')
    await sheet.getByRole('button', { name: 'Plan with it' }).click()
    await expect(sheet.getByText('Holdfast does so by itself after 30 min')).toBeVisible({ timeout: 30_000 })
    const { violations } = await new AxeBuilder({ page }).include('[data-testid="action-sheet"]').analyze()
    expect(violations).toEqual([])
  })

  await test.step('held, it is sent', async () => {
    await sheet.getByRole('textbox', { name: 'Reason' }).fill('its agents flood the API servers')
    await sheet.getByRole('textbox', { name: 'Type the name' }).fill('telemetry-collector')
    await sheet.getByRole('button', { name: /^Hold to mute on \d+ clusters?/ }).focus()
    await page.keyboard.down('Enter')
    const follow = sheet.getByRole('link', { name: 'Follow every cluster' })
    await expect(follow).toBeVisible({ timeout: 30_000 })
    await page.keyboard.up('Enter')
    await follow.click()
  })

  await test.step('a person pauses it, and goes on by widening it to the next wave, by keyboard alone', async () => {
    const action = new ActionPage(page)
    await page.getByRole('button', { name: 'Pause', exact: true }).press('Enter')
    await expect(page.getByText(/paused it at/)).toBeVisible({ timeout: 30_000 })
    await expect(page.getByRole('button', { name: /^Resume it to widen/ })).toBeVisible()
    expect((await action.state()).pause).toMatchObject({ cause: 'person' })
    const { violations } = await new AxeBuilder({ page }).include('[data-testid="action-page"]').analyze()
    expect(violations).toEqual([])
    await action.hold(/^Hold to resume/)
    await action.hold(/^Hold to widen/)
    expect((await action.state()).pause).toBeNull()
  })

  await test.step('it lands on every cluster, locked out or not, and is proven', async () => {
    await operator.simulate({ paused: false, speed: 10 })
    await expect(page.getByText(/Holdfast takes it back by itself at/)).toBeVisible()
    await expect(page.getByText('Finished')).toBeVisible({ timeout: 150_000 })
  })

  await test.step('every cluster shows how it fared before and after, on a phone too', async () => {
    const { effects, targets } = await new ActionPage(page).state()
    expect(effects.map(({ clusterId }) => clusterId).sort()).toEqual(targets.map(t => t.clusterId).sort())
    expect(effects.find(({ before }) => before.state === 'LockedOut')?.after?.state).not.toBe('LockedOut')
    await page.setViewportSize({ width: 390, height: 844 })
    await expect(page.getByRole('columnheader', { name: 'Before and after' })).toBeAttached()
    const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect(await overflow()).toBeLessThanOrEqual(0)
    await page.setViewportSize({ width: 1440, height: 900 })
  })

  await test.step('undo lets it in again before its time', async () => {
    const action = new ActionPage(page)
    await action.holdToUndo()
    const undone = page.getByText('Undone')
    const resume = page.getByRole('button', { name: /^Hold to resume/ })
    // It floods the API servers again. Where callers fare worse by that it stops, and a person lets it go on.
    await expect(async () => {
      if (await resume.isVisible()) {
        await expect(page.getByText(/Callers fare worse where it landed/)).toBeVisible()
        await action.hold(/^Hold to resume/)
      }
      await expect(undone).toBeVisible()
    }).toPass({ timeout: 120_000 })
  })
})
