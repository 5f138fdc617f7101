import { readFile } from 'node:fs/promises'
import AxeBuilder from '@axe-core/playwright'
import { readExportLine } from '../../lib/audit/export-line'
import { verifyChain } from '../../lib/audit/verify-chain'
import { clusterDetailDto } from '../../lib/wire/cluster-detail'
import { expect, test } from '../holdfast-test'
import { ActionPage } from '../pages/action-page'
import { ActionSheetPage } from '../pages/action-sheet-page'

const SUSPECT = 'telemetry-collector'
const FIVE_MINUTES_MS = 5 * 60_000

test.use({
  // Slow until somebody is there to see it begin; the trouble starts in the twelfth simulated minute.
  holdfastArgs: ['--scenario', 'small-fleet', '--speed', '1'],
  storageState: { cookies: [], origins: [] },
})

/** The whole story of an incident, as one person lives it, in the order it happens. */
test('an incident from the first sick cluster to the audit log', async ({
  page,
  holdfast,
  warRoom,
  browser,
}) => {
  test.setTimeout(540_000)
  const sheet = new ActionSheetPage(page)
  const action = new ActionPage(page)

  await test.step('the printed link signs in once', async () => {
    await page.goto(holdfast.signInUrl)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page).toHaveURL(`${holdfast.url}/`)
    await expect(page).toHaveTitle('War room · Holdfast')

    const stranger = await browser.newContext({ storageState: { cookies: [], origins: [] } })
    const second = await stranger.newPage()
    await second.goto(holdfast.signInUrl)
    await second.getByRole('button', { name: 'Sign in' }).click()
    await expect(second.getByRole('alert').filter({ hasText: 'used before' })).toContainText(
      'npm run token -- link',
    )
    await expect(second.getByText('it prints a fresh link')).toBeVisible()
    await second.goto(`${holdfast.url}/`)
    await expect(second).toHaveURL(/\/sign-in/)
    await stranger.close()
  })

  await test.step('all is calm before it begins', async () => {
    await expect(warRoom.header.getByText(/^Live/)).toBeVisible()
    await expect(warRoom.header.getByText(/SIMULATED/)).toBeVisible()
    await expect(warRoom.header.getByRole('heading', { name: 'No open incident' })).toBeVisible()
    await expect(warRoom.fuse).toContainText('No fuse burning')
    await expect(warRoom.fleet).toContainText('12 clusters')
    await expect(page.getByText('Nothing is under way')).toBeVisible()
  })

  await test.step('a person may declare one before the clusters show it, and end it', async () => {
    await page.keyboard.press('i')
    const form = page.getByRole('form', { name: 'Incident' })
    await form.getByRole('radio', { name: /^SEV 2/ }).check()
    await form.getByLabel('What happens').fill('Writes hang in one region')
    const { violations } = await new AxeBuilder({ page }).include('.palette-incident').analyze()
    expect(violations).toEqual([])
    await page.keyboard.press('Enter')
    await expect(form).toBeHidden()
    await expect(warRoom.header.getByRole('heading', { name: 'Writes hang in one region' })).toBeVisible()
    await expect(warRoom.header.getByText(/^declared by/)).toBeVisible()
    await page.keyboard.press('i')
    await form.getByRole('button', { name: 'End it' }).click()
    await expect(warRoom.header.getByRole('heading', { name: 'No open incident' })).toBeVisible()
    await warRoom.chooseSpeed(20)
  })

  await test.step('the cause is named within five minutes of the first sick cluster', async () => {
    await expect(warRoom.firstSuspect).toHaveText(SUSPECT, { timeout: 120_000 })
    // The cause may be suspected before any cluster is sick enough to open an incident.
    await expect(warRoom.header.getByRole('heading', { name: 'No open incident' })).toBeHidden()
    const { clock, incident } = await warRoom.state()
    expect(incident).not.toBeNull()
    expect(Date.parse(clock.at) - Date.parse(incident?.since ?? '')).toBeLessThan(FIVE_MINUTES_MS)
    await expect(page.getByRole('region', { name: 'Suspects' })).toContainText('DaemonSet in')
  })

  await test.step('the fuse of the lost cluster counts down', async () => {
    await expect(warRoom.fuseTimer).toBeVisible({ timeout: 60_000 })
    await expect(warRoom.header.getByRole('heading', { level: 1 })).toContainText('Control plane lost')
    // Slower from here on, so that a person's pace of reading and typing fits into the incident.
    await warRoom.chooseSpeed(5)
    const first = await warRoom.secondsLeft()
    expect(first).toBeGreaterThan(0)
    await expect.poll(() => warRoom.secondsLeft()).toBeLessThan(first)
    await expect
      .poll(async () => (await warRoom.state()).suspects.suspects[0]?.rollout.reached, { timeout: 120_000 })
      .toBe(12)
    const lost = (await warRoom.state()).fleet.clusters.filter(c => c.dataPlane.state === 'Burning')
    expect(lost.length).toBeGreaterThan(0)
    for (const cluster of lost) expect(['LockedOut', 'Dark']).toContain(cluster.controlPlane.state)
  })

  await test.step('the plan names targets, guards, waves and undo, and cannot be sent by mistake', async () => {
    await page
      .getByTestId('next-step')
      .getByRole('button', { name: /Plan removal/ })
      .click()
    await expect(sheet.sheet).toContainText(SUSPECT)
    const targets = sheet.sheet.getByText(/^All \d+ targets?$/)
    await expect(targets).toBeVisible({ timeout: 60_000 })
    await targets.click()
    const fleet = (await warRoom.state()).fleet.clusters
    for (const cluster of fleet)
      await expect(sheet.sheet.getByRole('list').getByText(cluster.name)).not.toHaveCount(0)
    for (const part of ['Targets', 'Guards', 'Waves'])
      await expect(sheet.sheet.getByRole('heading', { name: new RegExp(`^${part}`) })).toBeVisible()
    await expect(sheet.sheet).toContainText('Canary')
    await expect(sheet.sheet).toContainText('Undo:')
    await expect(page.getByTestId('fuse')).toBeInViewport()

    await expect(sheet.locked('Give a reason')).toHaveAttribute('aria-disabled', 'true')
    await sheet.reason.fill('It overloads the API servers of the large clusters')
    await expect(sheet.locked('Type the name')).toHaveAttribute('aria-disabled', 'true')
    await sheet.typedName.fill('telemetry')
    await expect(sheet.locked('Type the name')).toBeVisible()
    await sheet.typedName.fill(SUSPECT)
    await expect(sheet.holdable).toBeEnabled()
  })

  await test.step('a press that is too short sends nothing', async () => {
    await sheet.holdable.focus()
    await page.keyboard.press('Enter')
    await expect(sheet.holdable).toBeVisible()
    expect((await warRoom.state()).actions).toEqual([])
  })

  await test.step('holding it sends it', async () => {
    await sheet.holdToConfirm()
    await sheet.sheet.getByRole('link', { name: 'Follow every cluster' }).click()
    await expect(page).toHaveURL(/\/actions\/[^?]+/)
    await warRoom.chooseSpeed(20)
  })

  await test.step('landed, done and verified are counted apart', async () => {
    await expect(action.clusters.getByRole('row')).not.toHaveCount(0)
    await expect(action.clusters.getByRole('columnheader', { name: 'Delete workload' })).toBeVisible()
    for (const name of ['Landed', 'Done', 'Verified'])
      await expect(action.figure(name)).toHaveText('12/12', { timeout: 180_000 })
    const { shots, progress } = await action.state()
    expect(progress).toMatchObject({ clusters: 12, failed: 0, armed: 0 })
    for (const shot of shots.filter(s => s.stepKind === 'delete-workload' && s.landedAt)) {
      expect(shot.attempts).toBeGreaterThan(0)
      expect(Date.parse(shot.doneAt ?? '')).toBeGreaterThanOrEqual(Date.parse(shot.landedAt ?? ''))
    }
  })

  await test.step('the fleet comes back and no fuse burns', async () => {
    await warRoom.open()
    await expect(page.getByTestId('workstream')).toContainText('verified 12')
    await expect(warRoom.fuse).toContainText('No fuse burning', { timeout: 90_000 })
    await expect
      .poll(async () => (await warRoom.state()).fleet.clusters.map(c => c.controlPlane.state), {
        timeout: 90_000,
      })
      .not.toEqual(expect.arrayContaining([expect.stringMatching(/LockedOut|Dark|Overloaded/)]))
  })

  await test.step('undo puts it back', async () => {
    await page.getByTestId('workstream').getByRole('link').first().click()
    await expect(page).toHaveURL(/\/actions\/[^?]+/)
    // What comes back drowns the largest clusters again, and then they cannot be read: a small one tells.
    const [target] = (await action.state()).targets.sort((a, b) => a.nodes - b.nodes)
    if (!target) throw new Error('the action has no target')
    expect(await workloadsOf(target.clusterId)).not.toContain(SUSPECT)
    await action.holdToUndo()
    await expect.poll(() => workloadsOf(target.clusterId), { timeout: 90_000 }).toContain(SUSPECT)
  })

  await test.step('the audit log has every step, chained', async () => {
    await page
      .getByRole('navigation', { name: 'Main' })
      .first()
      .getByRole('link', { name: 'Audit log' })
      .click()
    await expect(page.getByText('Chain intact')).toBeVisible()
    const did = page.getByRole('search', { name: 'Find entries' }).getByLabel('Did')
    for (const verb of ['action.undoing', 'action.confirmed', 'action.planned', 'session.opened']) {
      await did.fill(verb)
      await expect(page.getByRole('rowheader', { name: verb, exact: true }).first()).toBeVisible()
    }
    await did.fill('no such thing')
    await expect(page.getByText('No entry fits')).toBeVisible()
    await did.fill('')
    await page.getByRole('button', { name: 'Verify', exact: true }).click()
    await expect(page.getByText(/entries, head [0-9a-f]{12}/)).toBeVisible()
    const saved = page.waitForEvent('download')
    await page.getByRole('link', { name: 'JSON lines' }).click()
    const lines = (await readFile(await (await saved).path(), 'utf8')).trimEnd().split('\n')
    const report = await verifyChain(lines.map((line, i) => readExportLine(line, i + 1)))
    expect(report).toMatchObject({ ok: true, entries: lines.length })
    await expect(page.getByText('Chain intact')).toBeVisible()
  })

  async function workloadsOf(clusterId: string): Promise<string[]> {
    const answer = await page.request.get(`/api/v1/clusters/${encodeURIComponent(clusterId)}`)
    return clusterDetailDto.parse(await answer.json()).workloads.map(w => w.name)
  }
})
