import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import { expect, type Page, test } from '@playwright/test'
import { stringify } from 'yaml'
import { Api } from '../controlplane/api'
import { findBinaries } from '../controlplane/binaries'
import { readTarget } from '../controlplane/kubeconfig'
import { type ControlPlane, startControlPlane } from '../controlplane/start-control-plane'
import { type HoldfastProcess, startHoldfast } from '../holdfast-process'
import { isListening } from '../is-listening'
import { ActionPage } from '../pages/action-page'
import { ActionSheetPage } from '../pages/action-sheet-page'
import { WarRoomPage } from '../pages/war-room-page'
import { processesUnder } from '../processes-under'

const NODES = 200
const NAME = 'telemetry-collector'
const DAEMON_SET = `/apis/apps/v1/namespaces/observability/daemonsets/${NAME}`
const ITS_PODS = `/api/v1/namespaces/observability/pods?labelSelector=app%3D${NAME}`

const found = await findBinaries({ allowBuild: false })
const missing = 'missing' in found ? found.missing : undefined

test.describe(`a real control plane of ${NODES} nodes${missing ? ` (${missing})` : ''}`, () => {
  test.skip(missing !== undefined, missing)

  let folder: string
  let controlPlane: ControlPlane | undefined
  let holdfast: HoldfastProcess | undefined
  let api: Api

  test.beforeAll(async () => {
    test.setTimeout(180_000)
    folder = await mkdtemp(path.join(tmpdir(), 'holdfast-real-'))
    // Run as root, PostgreSQL is another user's, who must be able to pass.
    await chmod(folder, 0o711)
    controlPlane = await startControlPlane({
      dir: path.join(folder, 'cluster'),
      nodes: NODES,
      allowBuild: false,
      controllerQps: 100,
      countEverySeconds: 2,
      tiedToThisProcess: true,
    })
    api = new Api(readTarget(controlPlane.operatorKubeconfigPath, 'break-glass'), 4)
    const config = path.join(folder, 'holdfast.yaml')
    await writeFile(
      config,
      stringify({
        apiVersion: 'holdfast.dev/v1',
        kubeconfigs: [controlPlane.operatorKubeconfigPath],
        contexts: { include: ['ordinary'] },
        clusters: [{ context: 'ordinary', name: 'real', breakGlass: { context: 'break-glass' } }],
      }),
    )
    holdfast = await startHoldfast({ args: ['--config', config], dataDir: path.join(folder, 'data') })
  })

  test.afterAll(async () => {
    test.setTimeout(60_000)
    await holdfast?.stop()
    await api?.close()
    await controlPlane?.stop()
    if (folder) await rm(folder, { recursive: true, force: true })
  })

  const pods = async (where: string) => {
    const { items, metadata } = await api.expect('GET', `${where}${where.includes('?') ? '&' : '?'}limit=500`)
    expect((metadata as { continue?: string }).continue ?? '').toBe('')
    return (items as unknown[]).length
  }

  test('its DaemonSet is removed from the page of the cluster, and put back', async ({ page }) => {
    if (!holdfast || !controlPlane) throw new Error('nothing was started')
    const warRoom = new WarRoomPage(page)
    const sheet = new ActionSheetPage(page)
    const action = new ActionPage(page)

    await test.step('sign in', async () => {
      await page.goto(holdfast?.signInUrl ?? '')
      await page.getByRole('button', { name: 'Sign in' }).click()
      await expect(warRoom.header.getByText(/^Live/)).toBeVisible()
      await expect(warRoom.header.getByText(/SIMULATED/)).toHaveCount(0)
    })

    await test.step('the cluster is Healthy with its true nodes and pods', async () => {
      await page.goto(`${holdfast?.url}/clusters?view=table`)
      const row = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: 'real' }) })
      await expect(row.getByRole('cell', { name: 'Healthy' })).toBeVisible({ timeout: 60_000 })
      await expect(row.getByRole('cell', { name: String(NODES), exact: true })).toBeVisible()
      await row.getByRole('link', { name: 'real' }).click()
      await expect(page.getByTestId('verdict')).toContainText('Healthy')
      await expect(fact(page, 'Nodes')).toHaveText(String(NODES))
      await expect(fact(page, 'Pods')).toHaveText(String(await pods('/api/v1/pods')))
      await expect(fact(page, 'Kubernetes')).toContainText(controlPlane?.version ?? '')
    })

    await test.step('both ways in are proven by a read and dry-run writes, which leave nothing behind', async () => {
      const lanes = page.getByRole('region', { name: 'Ways in' })
      await lanes.getByRole('button', { name: 'Prove now' }).click()
      await expect(lanes.getByText('2 of 2 proven')).toBeVisible({ timeout: 30_000 })
      await expect(lanes.getByText(/^Read proven \d+\s(s|min) ago, dry-run write/)).toHaveCount(2)
      const left = '/apis/apps/v1/namespaces/kube-system/daemonsets/holdfast-lane-proof'
      expect((await api.request('GET', left)).status).toBe(404)
    })

    await test.step('its removal is planned from the list of workloads', async () => {
      await page.getByRole('button', { name: 'Workloads' }).click()
      const row = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: NAME }) })
      await expect(row).toContainText('DaemonSet in observability')
      await expect(row.getByRole('cell', { name: `${NODES}/${NODES}`, exact: true })).toBeVisible()
      await expectAccessible(page)
      await row.getByRole('button', { name: /^Remove…/ }).click()
      await expect(sheet.sheet.getByRole('heading', { name: /^Guards/ })).toBeVisible()
      await expect(sheet.sheet.getByRole('button', { name: 'Only real' })).toHaveAttribute(
        'aria-pressed',
        'true',
      )
      await expectAccessible(page)
    })

    const uid = await test.step('until it is confirmed nothing has changed', async () => {
      await sheet.reason.fill('Its agents drown the API servers')
      await sheet.typedName.fill(NAME)
      await expect(sheet.holdable).toBeEnabled()
      expect(await pods(ITS_PODS)).toBe(NODES)
      return uidOf(await api.expect('GET', DAEMON_SET))
    })

    await test.step('confirmed, it lands, and the API server itself knows it no more', async () => {
      await sheet.holdToConfirm()
      await sheet.sheet.getByRole('link', { name: 'Follow every cluster' }).click()
      await expect(page).toHaveURL(/\/actions\/[^?]+/)
      await expect(action.figure('Landed')).toHaveText('1/1')
      expect((await api.request('GET', DAEMON_SET)).status).toBe(404)
      await expect(action.figure('Done')).toHaveText('1/1')
      expect(await pods(ITS_PODS)).toBe(0)
      await expectAccessible(page)
    })

    await test.step('undone, it is back with all its pods', async () => {
      await expect(action.undo).toBeEnabled({ timeout: 120_000 })
      await action.holdToUndo()
      await expect
        .poll(async () => (await api.request('GET', DAEMON_SET)).status, { timeout: 60_000 })
        .toBe(200)
      expect(uidOf(await api.expect('GET', DAEMON_SET))).not.toBe(uid)
      await expect.poll(() => pods(ITS_PODS), { timeout: 60_000 }).toBe(NODES)
    })

    await test.step('everything ends, and nothing listens any more', async () => {
      if (!holdfast || !controlPlane) throw new Error('nothing was started')
      const { port } = JSON.parse(await readFile(path.join(folder, 'data/postgres/connection.json'), 'utf8'))
      const server = new URL(readTarget(controlPlane.operatorKubeconfigPath, 'break-glass').server)
      const ports = [holdfast.port, Number(port), Number(server.port)]
      expect(await Promise.all(ports.map(isListening))).toEqual([true, true, true])
      expect((await processesUnder(holdfast.pid)).length).toBeGreaterThan(0)
      expect((await holdfast.stop()).code).toBe(0)
      await controlPlane.stop()
      expect(await Promise.all(ports.map(isListening))).toEqual([false, false, false])
      expect(await processesUnder(holdfast.pid)).toEqual([])
    })
  })
})

/** A figure beside the name of the cluster. */
function fact(page: Page, name: string) {
  const verdict = page.getByRole('region', { name: 'Verdict' })
  const term = page.getByRole('term').filter({ hasText: new RegExp(`^${name}$`) })
  return verdict.locator('dl.facts div').filter({ has: term }).getByRole('definition')
}

function uidOf(object: { [key: string]: unknown }): string {
  return (object.metadata as { uid: string }).uid
}

async function expectAccessible(page: Page) {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'])
    .analyze()
  expect(violations.map(v => `${v.id}: ${v.nodes.map(n => n.target).join(' | ')}`)).toEqual([])
}
