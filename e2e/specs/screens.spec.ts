import AxeBuilder from '@axe-core/playwright'
import { type Page, request } from '@playwright/test'
import { THEME_COOKIE } from '../../lib/client/theme'
import { actionDto } from '../../lib/wire/actions'
import { expect, type Found, test } from '../burning-test'
import { redeemLink, runToken } from '../sign-in'

interface Screen {
  name: string
  path: (found: Found) => string
  /** What only this screen says once it has its data. */
  shows: (page: Page, found: Found) => ReturnType<Page['getByRole']>
}

const SCREENS: Screen[] = [
  { name: 'war room', path: () => '/', shows: page => page.getByTestId('fuse') },
  {
    name: 'war room as a table',
    path: () => '/?view=table&group=product',
    shows: page => page.getByRole('columnheader', { name: 'Control plane' }),
  },
  {
    name: 'plan of an action',
    path: found => `/?action=${encodeURIComponent(found.actionId)}`,
    shows: page => page.getByRole('dialog').getByRole('heading', { name: /^Guards/ }),
  },
  {
    name: 'fleet',
    path: () => '/clusters',
    shows: (page, found) => page.getByRole('link', { name: found.clusterName }).first(),
  },
  {
    name: 'cluster',
    path: found => `/clusters/${encodeURIComponent(found.clusterId)}`,
    shows: (page, found) => page.getByRole('heading', { name: found.clusterName, exact: true }),
  },
  {
    name: 'workloads of a cluster',
    path: found => `/clusters/${encodeURIComponent(found.clusterId)}?show=workloads`,
    shows: page => page.getByRole('rowheader', { name: /^telemetry-collector/ }),
  },
  {
    name: 'plan of an action on a page of its cluster',
    path: found =>
      `/clusters/${encodeURIComponent(found.clusterId)}?action=${encodeURIComponent(found.actionId)}`,
    shows: page => page.getByRole('group', { name: 'Where' }),
  },
  {
    name: 'cluster that is not there',
    path: () => '/clusters/none',
    shows: page => page.getByText('No cluster is called none'),
  },
  {
    name: 'DNS caches',
    path: () => '/dns?window=-300%2C600',
    shows: page => page.getByRole('application', { name: /^Names still resolvable/ }),
  },
  {
    name: 'DNS caches as a table',
    path: () => '/dns?as=table',
    shows: (page, found) => page.getByRole('rowheader', { name: found.clusterName }),
  },
  {
    name: 'readiness',
    path: () => '/readiness?min=15',
    shows: (page, found) => page.getByRole('rowheader', { name: new RegExp(found.clusterName) }),
  },
  {
    name: 'actions',
    path: () => '/actions',
    shows: page =>
      page
        .getByRole('main')
        .getByRole('link', { name: /telemetry-collector/ })
        .first(),
  },
  {
    name: 'action',
    path: found => `/actions/${encodeURIComponent(found.actionId)}`,
    shows: page => page.getByRole('link', { name: 'Open the plan' }),
  },
  { name: 'audit', path: () => '/audit', shows: page => page.getByText('Chain intact') },
  { name: 'status', path: () => '/status', shows: page => page.getByText('All times UTC') },
  { name: 'sign-in', path: () => '/sign-in', shows: page => page.getByLabel('Name or e-mail') },
  {
    name: 'not found',
    path: () => '/no/such/page',
    shows: page => page.getByRole('heading', { name: 'No such page' }),
  },
]

const SIZES = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
]

for (const theme of ['dark', 'light'] as const) {
  for (const viewport of SIZES) {
    test.describe(`${theme} at ${viewport.width}×${viewport.height}`, () => {
      test.use({ viewport, colorScheme: theme })
      for (const screen of SCREENS) {
        test(screen.name, async ({ page, context, holdfast, found }) => {
          await context.addCookies([{ name: THEME_COOKIE, value: theme, url: holdfast.url }])
          const complaints = complaintsOf(page)
          const path = screen.path(found)
          await page.goto(path)
          await expect(screen.shows(page, found)).toBeVisible()
          await expect(page.locator('html')).toHaveAttribute('data-theme', theme)

          const { violations } = await new AxeBuilder({ page })
            .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'])
            .analyze()
          expect(
            violations.map(
              v => `${v.id}: ${v.nodes.map(n => `${n.target} ${n.html.slice(0, 120)}`).join(' | ')}`,
            ),
          ).toEqual([])

          const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
          expect(overflow, 'no sideways scrolling').toBeLessThanOrEqual(0)

          if (theme === 'dark') {
            await page.reload()
            await expect(screen.shows(page, found)).toBeVisible()
          }
          const url = new URL(page.url())
          expect(url.pathname + url.search).toBe(path)
          expect(complaints).toEqual([])
        })
      }
    })
  }
}

/** Errors that the browser's console gets, violations of the content security policy among them. */
function complaintsOf(page: Page): string[] {
  const complaints: string[] = []
  page.on('pageerror', error => complaints.push(error.message))
  page.on('console', message => {
    // A page or cluster that is not there is answered by 404, which Chromium reports as an error of its own.
    if (message.type() === 'error' && !/status of 404/.test(message.text())) complaints.push(message.text())
  })
  return complaints
}

test('the war room fits a laptop without scrolling', async ({ warRoom, found, page }) => {
  await warRoom.open()
  await expect(page.getByRole('gridcell', { name: new RegExp(`^${found.clusterName},`) })).toBeVisible()
  const room = await page.evaluate(() => ({
    page: document.documentElement.scrollHeight - window.innerHeight,
    view:
      (document.querySelector('#view')?.scrollHeight ?? 0) -
      (document.querySelector('#view')?.clientHeight ?? 0),
  }))
  expect(room).toEqual({ page: 0, view: 0 })
  for (const region of [warRoom.fuse, warRoom.fleet, warRoom.workstreams, warRoom.timeline])
    await expect(region).toBeInViewport({ ratio: 0.99 })
})

test('the map is walked by arrows and opened by Enter', async ({ warRoom, page, found }) => {
  await warRoom.open()
  const focused = page.locator('[role="gridcell"]:focus')
  await page.getByRole('gridcell').and(page.locator('[tabindex="0"]')).focus()
  const from = await focused.boundingBox()
  const id = (await focused.getAttribute('data-id')) ?? ''
  await page.keyboard.press('ArrowLeft')
  await expect(focused).not.toHaveAttribute('data-id', id)
  const to = await focused.boundingBox()
  expect((to?.x ?? 0) + (to?.width ?? 0)).toBeLessThanOrEqual((from?.x ?? 0) + 2)
  await expect(page).toHaveURL(/[?&]cluster=/)

  await page.reload()
  await expect(page.getByRole('gridcell')).toHaveCount(12)
  await page.keyboard.press(']')
  await expect(focused, 'the worst comes first').toHaveAttribute('data-id', found.clusterId)
  await page.keyboard.press(']')
  await expect(focused).not.toHaveAttribute('data-id', found.clusterId)
  const opened = (await focused.getAttribute('data-id')) ?? ''
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(new RegExp(`/clusters/${opened}$`))
})

test('the palette finds pages and clusters, and Esc closes it', async ({ warRoom, page, found }) => {
  await warRoom.open()
  await page.keyboard.press('ControlOrMeta+k')
  const palette = page.getByRole('dialog', { name: 'Search or act' })
  await expect(palette.getByRole('combobox')).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(palette).toBeHidden()

  await page.keyboard.press('ControlOrMeta+k')
  await palette.getByRole('combobox').fill(found.clusterName)
  await expect(palette.getByRole('option', { name: new RegExp(found.clusterName) })).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(new RegExp(`/clusters/${found.clusterId}$`))

  await page.keyboard.press('ControlOrMeta+k')
  await palette.getByRole('combobox').fill('no such thing')
  await expect(palette).toContainText('Nothing is called “no such thing”.')
})

test('any workload of a cluster can be planned away, there alone or wherever it runs', async ({
  page,
  found,
}) => {
  const carriers = async (plan: string) => {
    const answer = await page.request.get(`/api/v1/actions/${encodeURIComponent(plan)}`)
    const { clusterIds, targets } = actionDto.parse(await answer.json())
    return { clusterIds, clusters: targets.map(t => t.clusterId) }
  }
  const planId = () => new URL(page.url()).searchParams.get('action') ?? ''
  const sheet = page.getByRole('dialog', { name: /^Remove service/ })
  const scope = sheet.getByRole('group', { name: 'Where' })

  await page.goto(`/clusters/${encodeURIComponent(found.clusterId)}`)
  await page.getByRole('region', { name: 'Callers' }).getByRole('button', { name: 'Workloads' }).click()
  await expect(page).toHaveURL(/[?&]show=workloads/)
  const workloads = page.getByRole('region', { name: 'Workloads', exact: true })
  await workloads.getByRole('searchbox', { name: 'Search workloads' }).fill('daemonset log-ship')
  await expect(workloads.getByRole('row')).toHaveCount(2)
  await workloads.getByRole('button', { name: /^Remove… DaemonSet logging\/log-shipper$/ }).click()

  await expect(scope.getByRole('button', { name: `Only ${found.clusterName}` })).toHaveAttribute(
    'aria-pressed',
    'true',
    { timeout: 60_000 },
  )
  expect(await carriers(planId())).toEqual({ clusterIds: [found.clusterId], clusters: [found.clusterId] })
  await sheet.getByRole('textbox', { name: 'Reason' }).fill('Its logs drown the API servers')
  await scope.getByRole('button', { name: 'Every cluster that carries it' }).click()
  await expect(scope.getByRole('button', { name: 'Every cluster that carries it' })).toHaveAttribute(
    'aria-pressed',
    'true',
    { timeout: 60_000 },
  )
  const everywhere = await carriers(planId())
  expect(everywhere.clusterIds).toBeNull()
  expect(everywhere.clusters).toHaveLength(12)
  await expect(sheet.getByRole('textbox', { name: 'Reason' })).toHaveValue('Its logs drown the API servers')
  await page.keyboard.press('Escape')
  await expect(sheet).toBeHidden()

  await test.step('by keyboard: R, a few letters, Enter', async () => {
    await page.locator('body').press('r')
    const palette = page.getByRole('dialog', { name: 'Search or act' })
    await expect(palette.getByRole('option').first()).toBeVisible()
    await expect(palette.getByRole('combobox')).toHaveValue('')
    await palette.getByRole('combobox').pressSequentially('telemetry')
    await expect(palette.getByRole('option')).toHaveCount(1)
    await page.keyboard.press('Enter')
    await expect(scope.getByRole('button', { name: `Only ${found.clusterName}` })).toBeVisible({
      timeout: 60_000,
    })
    await page.keyboard.press('Escape')
    await expect(sheet).toBeHidden()
  })

  await test.step('from the palette of any page, after its cluster', async () => {
    await page.goto('/audit')
    await page.keyboard.press('ControlOrMeta+k')
    const palette = page.getByRole('dialog', { name: 'Search or act' })
    await palette.getByRole('combobox').fill('remove workload')
    await page.keyboard.press('Enter')
    await palette.getByRole('combobox').fill(found.clusterName)
    await expect(palette.getByRole('option')).toHaveCount(1)
    await page.keyboard.press('Enter')
    await palette.getByRole('combobox').fill('no such workload')
    await expect(palette).toContainText('has “no such workload”')
    await palette.getByRole('combobox').fill('log-shipper')
    await palette.getByRole('option', { name: /log-shipper/ }).click()
    await expect(scope.getByRole('button', { name: `Only ${found.clusterName}` })).toBeVisible({
      timeout: 60_000,
    })
  })
})

test('a viewer sees the workloads, and why none can be removed', async ({ browser, holdfast, found }) => {
  const link = await runToken(holdfast.dataDir, 'link', 'onlooker', 'viewer')
  const client = await request.newContext({ baseURL: holdfast.url })
  const { storageState } = await redeemLink(client, link)
  const context = await browser.newContext({ baseURL: holdfast.url, storageState })
  const page = await context.newPage()
  await page.goto(`/clusters/${encodeURIComponent(found.clusterId)}?show=workloads`)
  const remove = page.getByRole('button', { name: /^Remove… DaemonSet .*telemetry-collector$/ })
  await expect(remove).toHaveAttribute('aria-disabled', 'true')
  await expect(remove).toHaveAttribute('title', 'Viewers cannot plan a removal')
  await remove.click({ force: true })
  await page.keyboard.press('ControlOrMeta+k')
  await expect(page.getByRole('dialog', { name: 'Search or act' }).getByRole('option').first()).toBeVisible()
  await expect(page.getByRole('option', { name: /^Remove/ })).toHaveCount(0)
  expect(new URL(page.url()).searchParams.get('action')).toBeNull()
  await context.close()
  await client.dispose()
})

test('single keys open the list of keys, pages and the plan', async ({ warRoom, page, found }) => {
  await warRoom.open()
  await page.keyboard.press('?')
  const help = page.getByRole('dialog', { name: 'Keyboard' })
  await expect(help).toContainText('search or act')
  await page.keyboard.press('Escape')
  await expect(help).toBeHidden()
  await page.keyboard.press('t')
  await expect(page.getByRole('rowheader', { name: found.clusterName })).toBeVisible()
  await page.keyboard.press('x')
  const sheet = page.getByRole('dialog', { name: /^Remove service/ })
  await expect(sheet.getByRole('heading', { name: /^Guards/ })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(sheet).toBeHidden()
  await page.keyboard.press('g')
  await page.keyboard.press('l')
  await expect(page).toHaveURL(/\/audit$/)
})

test('somebody without a session is led back to the page after signing in', async ({ browser, holdfast }) => {
  const context = await browser.newContext({
    baseURL: holdfast.url,
    storageState: { cookies: [], origins: [] },
  })
  const page = await context.newPage()
  await page.goto('/clusters?x=1')
  await expect(page).toHaveURL(/\/sign-in\?next=%2Fclusters%3Fx%3D1$/)
  await page.getByRole('button', { name: 'I have a sign-in link' }).click()
  await page.getByLabel('Sign-in link or token').fill('hfl_nonsense')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'used before' })).toBeVisible()
  await context.close()
})
