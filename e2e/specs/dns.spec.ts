import { readFile } from 'node:fs/promises'
import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { fusesDto } from '../../lib/wire/fuses'
import { problemDto } from '../../lib/wire/problem'
import { readinessDto } from '../../lib/wire/readiness'
import { expect, test } from '../burning-test'

const timeline = (page: Page) => page.getByRole('application', { name: /^Names still resolvable/ })
const complaintsOfAxe = async (page: Page) =>
  (
    await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']).analyze()
  ).violations.map(v => `${v.id}: ${v.nodes.map(n => n.target).join(' | ')}`)
const windowOf = (page: Page) => new URL(page.url()).searchParams.get('window')

// Something must burn, and stand still, for there to be a timeline to look at.
test.beforeEach(({ found }) => {
  expect(found.clusterId).not.toBe('')
})

test('looks nearer at the DNS caches by keys, buttons and the pointer', async ({ page }) => {
  await page.goto('/')
  await page.getByRole('link', { name: 'Open the DNS timeline' }).click()
  await timeline(page).focus()
  await page.keyboard.press('+')
  await expect.poll(() => windowOf(page)).toBe('-900,900')
  await page.keyboard.press('ArrowRight')
  await expect.poll(() => windowOf(page)).toBe('-540,1260')
  await page.keyboard.press('0')
  await expect.poll(() => windowOf(page)).toBeNull()

  await page.getByRole('button', { name: 'Nearer' }).click()
  await page.getByRole('button', { name: 'Nearer' }).click()
  await expect.poll(() => windowOf(page)).toBe('-450,450')
  await page.getByRole('button', { name: 'All of it' }).click()
  await expect(page.getByRole('button', { name: 'Farther' })).toBeDisabled()

  const box = await timeline(page).boundingBox()
  if (!box) throw new Error('the timeline is not drawn')
  const y = box.y + box.height / 3
  await page.mouse.move(box.x + box.width * 0.6, y)
  await expect(page.getByText(/dry by then/)).toBeVisible()
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.8, y, { steps: 4 })
  await page.mouse.up()
  await expect.poll(() => windowOf(page)).toMatch(/^\d+,\d+$/)
  await page.reload()
  await expect(page.getByRole('button', { name: 'Farther' })).toBeEnabled()
  await timeline(page).dblclick()
  await expect.poll(() => windowOf(page)).toBeNull()
})

test('shows the caches of a product, a region or a cluster, as a table and as files', async ({
  page,
  found,
}) => {
  await page.goto('/dns')
  const scope = page.getByRole('combobox', { name: 'Whose caches' })
  await scope.selectOption({ label: found.clusterName })
  await expect(page).toHaveURL(`/dns?cluster=${found.clusterId}`)
  await expect(page.getByText('1 cluster burning')).toBeVisible()

  await page.getByRole('button', { name: 'Table' }).click()
  await expect(page.getByRole('rowheader', { name: found.clusterName })).toBeVisible()
  const downloading = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Clusters CSV' }).click()
  const csv = await readFile(await (await downloading).path(), 'utf8')
  expect(csv.split('\n')[0]).toMatch(/^cluster,region,products,nodes,state,api_lost_at,t0_at/)
  expect(csv.split('\n')[1]).toContain(`${found.clusterName},`)

  await scope.selectOption({ label: 'eu-west' })
  await expect(page.getByText('Nothing runs out')).toBeVisible()
  await page.reload()
  await expect(scope).toHaveValue('region:eu-west')
})

test('sets what was measured in a cluster against what was predicted at T0', async ({ page, found }) => {
  const answer = await page.request.get(`/api/v1/fuses?cluster=${found.clusterId}`)
  const { outlook } = fusesDto.parse(await answer.json())
  const measured = outlook?.forecast?.measured ?? []
  const newest = measured.findLast(({ of }) => of === 'names')
  if (!newest) throw new Error('no name was read at T0')
  const said = new RegExp(
    `Measured ${Math.round(newest.share * 100)}\\s%.* of ${newest.asked} copies.*predicted`,
  )

  await page.goto(`/dns?cluster=${found.clusterId}`)
  const sentences = page.getByRole('list', { name: `Outlook of ${found.clusterName}` })
  await expect(sentences).toContainText(said)
  await expect(sentences).toContainText(/queries to CoreDNS grow ×|No node cache keeps lookups/)
  await expect(sentences).toContainText(/Programs that wait begin to fail at/)
  await expect(timeline(page).getByText('names, measured')).toBeVisible()
  expect(await complaintsOfAxe(page)).toEqual([])
  // It is kept where the fleet is watched, not in the page.
  await page.reload()
  await expect(sentences).toContainText(said)

  await page.getByRole('button', { name: 'Table' }).click()
  const table = page.getByRole('region', { name: 'Prediction against what happened' })
  await expect(table.getByRole('row')).toHaveCount(measured.length + 1)
  expect(await complaintsOfAxe(page)).toEqual([])
  const downloading = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Measured CSV' }).click()
  const csv = await readFile(await (await downloading).path(), 'utf8')
  expect(csv.split('\n')[0]).toMatch(/^at,of,asked,answered,share,.*predicted_p50/)
  expect(csv.split('\n')).toHaveLength(measured.length + 2)
})

test('shows what CoreDNS and node caches measure of themselves, and computes with it', async ({
  page,
  found,
}) => {
  const asked = await page.request.get(`/api/v1/fuses?cluster=${found.clusterId}`)
  const { outlook, clusters } = fusesDto.parse(await asked.json())
  expect(clusters[0]).toMatchObject({ t0Basis: 'measured' })
  expect(outlook?.load.basis).toBe('measured')
  expect(outlook?.forecast?.measured.map(({ of }) => of)).toContain('caches')

  await page.goto(`/dns?cluster=${found.clusterId}`)
  await expect(page.getByRole('list', { name: `Outlook of ${found.clusterName}` })).toContainText(
    /Measured before: \d+ lookups a second of \d+ names/,
  )
  await page.getByRole('button', { name: /metrics .* ago: where this is known from/ }).click()
  const sources = page.getByRole('table', { name: 'Where this is known from' })
  await expect(sources).toContainText(
    /node cache 1\.11\.3, \d+ lookups\/s, \d+\s% from its cache, errors among them, \d+\s% SERVFAIL/,
  )
  await expect(sources).toContainText(/CoreDNS 1\.11\.3, .* SERVFAIL/)
  await expect(sources).toContainText('gets no answer from its API server')
  expect(await complaintsOfAxe(page)).toEqual([])

  await page.goto('/readiness')
  await expect(page.getByText('Lookups measured in 12 of 12')).toBeVisible()
})

test('shows the same on a phone, and what is ahead of a cluster that does not burn', async ({
  page,
  found,
}) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto(`/dns?cluster=${found.clusterId}`)
  await expect(page.getByRole('list', { name: `Outlook of ${found.clusterName}` })).toBeVisible()
  const sideways = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  expect(sideways).toBeLessThanOrEqual(0)
  expect(await complaintsOfAxe(page)).toEqual([])

  const all = readinessDto.parse(await (await page.request.get('/api/v1/readiness?region=eu-west')).json())
  const fresh = all.clusters[0]
  if (!fresh) throw new Error('no cluster in eu-west')
  await page.goto(`/dns?cluster=${fresh.id}`)
  await expect(page.getByText('Nothing runs out')).toBeVisible()
  const sentences = page.getByRole('list', { name: `Outlook of ${fresh.name}` })
  await expect(sentences).toContainText(/would begin to fail .* after T0/)
})

test('ranks the fleet by how long it would last, and proposes changes as diffs', async ({
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.goto('/readiness')
  await expect(page.getByText(/would fail within 30\smin/)).toBeVisible()
  await page.getByRole('button', { name: /^1\sh$/ }).click()
  await expect(page).toHaveURL('/readiness?min=60')

  await page.getByRole('searchbox').fill('use-api')
  await page.getByRole('button', { name: /^Changes for use-api/ }).click()
  const changes = page.getByRole('list', { name: 'Changes, the greatest gain first' })
  await changes.locator('summary').first().click()
  await expect(changes.locator('pre').first()).toContainText('serve_stale 1h')
  await changes
    .getByRole('button', { name: /^Copy the change/ })
    .first()
    .click()
  await expect(changes.getByText('Copied')).toBeVisible()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('+')
})

test('proposes what helps some programs or names apart, ready to be filled in', async ({ page }) => {
  await page.goto('/readiness')
  await page.getByRole('searchbox').fill('use-chat')
  await page.getByRole('button', { name: /^Changes for use-chat/ }).click()
  const some = page.getByRole('list', { name: 'Changes for some programs or names' })
  for (const summary of await some.locator('summary').all()) await summary.click()
  await expect(some).toContainText('<CLUSTER-IP> gateway.chat.svc.cluster.local')
  await expect(some).toContainText('- name: ndots')
  await expect(some).toContainText(/\+\s+denial 9984 \d{3,4}/)
  await expect(some).toContainText('no end')
  expect(await complaintsOfAxe(page)).toEqual([])
})

test('answers pipelines: whether what they change would outlive its control plane', async ({
  page,
  found: _burning,
}) => {
  const ask = (query: string) => page.request.get(`/api/v1/readiness?${query}`)
  const all = readinessDto.parse(await (await ask('')).json())
  const budgets = all.clusters.map(({ felt }) => felt.p50)
  expect(budgets).toEqual([...budgets].sort((a, b) => a - b))

  // One whose Corefile was read in time: what is assumed passes no bar.
  const known = all.clusters.find(({ basis }) => basis === 'estimated')
  expect((await ask(`cluster=${known?.id}&min-survival-seconds=1`)).status()).toBe(200)
  const refused = await ask(`cluster=${known?.id}&min-survival-seconds=36000`)
  expect(refused.status()).toBe(409)
  const problem = problemDto.parse(await refused.json())
  expect(problem.blockedBy?.[0]?.reason).toContain(known?.name)

  const csv = await ask('format=csv')
  expect(csv.headers()['content-type']).toContain('text/csv')
  expect((await csv.text()).split('\n')).toHaveLength(all.clusters.length + 2)
  expect((await ask('min-survival-seconds=-4')).status()).toBe(400)
  expect((await ask('colour=red')).status()).toBe(400)
  expect((await ask('region=mars')).status()).toBe(404)
})
