import AxeBuilder from '@axe-core/playwright'
import { type Page, request } from '@playwright/test'
import { sealDto } from '../../lib/wire/seals'
import { changeDto } from '../../lib/wire/suspects'
import { expect, test } from '../holdfast-test'
import { redeemLink, runToken } from '../sign-in'

// A Holdfast of its own: it lets the time run on until a part has landed.
test.use({ holdfastArgs: ['--scenario', 'small-fleet', '--speed', '25', '--seed', '8'] })

const TARGET = 'telemetry-collector'

/** Confirms the part that the sheet shows, by keyboard, like every action. */
async function confirm(page: Page, verb: RegExp) {
  const sheet = page.getByTestId('action-sheet')
  await sheet.getByRole('textbox', { name: 'Reason' }).fill('its agents flood the API servers')
  await sheet.getByRole('textbox', { name: 'Type the name' }).fill(TARGET)
  await sheet.getByRole('button', { name: verb }).focus()
  await page.keyboard.down('Enter')
  await expect(sheet.getByRole('link', { name: 'Follow every cluster' })).toBeVisible({ timeout: 30_000 })
  await page.keyboard.up('Enter')
}

test('a read storm is led by its play, each part confirmed by itself', async ({
  page,
  operator,
  holdfast,
  signedIn,
}) => {
  test.setTimeout(300_000)
  await operator.pauseWhileBurning()
  const part = (id: string) => page.getByTestId(`part-${id}`)
  const sheet = page.getByTestId('action-sheet')

  await test.step('its removal was prepared with the roll-out, and approved ahead by somebody else', async () => {
    const roll = { kind: 'DaemonSet', namespace: 'observability', name: TARGET, clusters: [] }
    const told = await page.request.post('/api/v1/changes', {
      data: { ...roll, sealed: { reason: 'in case it floods the API servers' } },
      headers: { 'x-holdfast-csrf': signedIn.session.csrfToken },
    })
    const { sealId } = changeDto.parse(await told.json())
    const { seals } = await (await page.request.get('/api/v1/seals')).json()
    const { digest } = sealDto.parse(seals[0])
    const client = await request.newContext({ baseURL: holdfast.url })
    const ravi = await redeemLink(client, await runToken(holdfast.dataDir, 'link', 'Ravi', 'responder'))
    const approved = await client.post(`/api/v1/seals/${sealId}/approve`, {
      data: { digest },
      headers: { 'x-holdfast-csrf': ravi.session.csrfToken },
    })
    expect(approved.status(), await approved.text()).toBe(200)
    await client.dispose()
  })

  await test.step('the war room offers the play that fits', async () => {
    await page.goto('/')
    const offer = page.getByTestId('play-offer')
    await expect(offer).toContainText('Play: Read storm with lock-out')
    await offer.getByRole('link', { name: 'Open…' }).click()
    await expect(page).toHaveURL(/\/actions#plays$/)
  })

  await test.step('one button plans what applies now, and says why the rest does not', async () => {
    await page.getByRole('button', { name: 'Start Read storm with lock-out' }).click()
    await expect(part('mute')).toContainText('Planned', { timeout: 30_000 })
    await expect(part('mute')).toContainText(/\d+ clusters?.*; guards: .*\d+ pass/)
    await expect(part('remove')).toContainText('Planned')
    await expect(part('freeze')).toContainText('Left out')
    await expect(part('revoke')).toContainText('Waits until “Mute the caller” has landed.')
    const { violations } = await new AxeBuilder({ page }).include('[data-testid="plays"]').analyze()
    expect(violations).toEqual([])
  })

  await test.step('each part is confirmed by itself, in one sheet that goes through them', async () => {
    await part('mute').getByRole('button', { name: 'Review and confirm…' }).click()
    const parts = sheet.getByRole('navigation', { name: /^Parts of the play/ })
    await expect(parts.getByRole('button')).toHaveCount(2)
    await confirm(page, /^Hold to mute on \d+ clusters?/)
    await parts.getByRole('button', { name: /Remove the service/ }).click()
    await expect(sheet.getByRole('heading', { name: 'Remove service' })).toBeVisible()
    const { violations } = await new AxeBuilder({ page }).include('[data-testid="action-sheet"]').analyze()
    expect(violations).toEqual([])
    await sheet
      .getByRole('button', { name: /^Close/ })
      .first()
      .click()
  })

  await test.step('one hold at the suspect breaks the seal, and asks no second person anew', async () => {
    await page.goto('/')
    const seal = page.getByTestId('seal-ready')
    await expect(seal).toContainText('Sealed removal ready, approved by Ravi until')
    await seal.getByRole('button', { name: /^Hold to remove from \d+ clusters?/ }).focus()
    await page.keyboard.down('Enter')
    await expect(page.getByTestId('workstream').filter({ hasText: 'Remove' })).toContainText('Running', {
      timeout: 30_000,
    })
    await page.keyboard.up('Enter')
    const { violations } = await new AxeBuilder({ page }).include('#suspects').analyze()
    expect(violations).toEqual([])
    await page.goto('/actions')
  })

  await test.step('what waited for a part is judged anew once that has landed', async () => {
    await operator.simulate({ paused: false, speed: 10 })
    await expect(part('mute')).toContainText('Finished', { timeout: 150_000 })
    await expect(part('revoke')).not.toContainText('Waits')
    await expect(part('unmute')).toContainText(/until the clusters of “.*” are healthy again/)
  })

  await test.step('ended, it is offered no more, and its actions stay', async () => {
    await page.getByRole('button', { name: /^End play/ }).click()
    await expect(page.getByTestId('play-run')).toHaveCount(0)
    await expect(page.getByRole('link', { name: 'Mute telemetry' })).toBeVisible()
  })
})
