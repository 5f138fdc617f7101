import AxeBuilder from '@axe-core/playwright'
import { type Browser, type Page, request } from '@playwright/test'
import { actionDto } from '../../lib/wire/actions'
import { auditDto } from '../../lib/wire/audit'
import { fleetDto } from '../../lib/wire/fleet'
import { problemDto } from '../../lib/wire/problem'
import { expect, test } from '../burning-test'
import { redeemLink, runToken } from '../sign-in'

const REASON = 'It drowns the API servers of the large clusters'
const TARGET = 'telemetry-collector'

interface Person {
  page: Page
  /** Posts as this person's browser would. */
  post(path: string, data: unknown): ReturnType<Page['request']['post']>
  get(path: string): Promise<unknown>
}

/** Somebody signed in by a one-time link of their own, in a browser of their own. */
async function signIn(
  browser: Browser,
  { url, dataDir }: { url: string; dataDir: string },
  name: string,
  role: string,
  viewport = { width: 1440, height: 900 },
): Promise<Person> {
  const client = await request.newContext({ baseURL: url })
  const { session, storageState } = await redeemLink(client, await runToken(dataDir, 'link', name, role))
  await client.dispose()
  const context = await browser.newContext({ baseURL: url, storageState, viewport })
  const page = await context.newPage()
  const headers = { 'x-holdfast-csrf': session.csrfToken }
  return {
    page,
    post: (path, data) => page.request.post(path, { data, headers }),
    get: async path => (await page.request.get(path)).json(),
  }
}

/** On one cluster each: time stands still, so that what was armed never ends and keeps its cluster busy. */
async function plan(person: Person, at: number) {
  const { clusters } = fleetDto.parse(await person.get('/api/v1/fleet'))
  const clusterIds = clusters.slice(at, at + 1).map(cluster => cluster.id)
  const target = { kind: 'DaemonSet', namespace: 'observability', name: TARGET }
  const post = { kind: 'remove-service', target, clusterIds, reason: '' }
  const answer = await person.post('/api/v1/actions', post)
  expect(answer.status()).toBe(201)
  return actionDto.parse(await answer.json())
}

async function ask(person: Person, at: number) {
  const { id, digest, asksSecondPerson } = await plan(person, at)
  expect(asksSecondPerson).toBe(true)
  const post = { digest, typedName: TARGET, reason: REASON }
  const answer = await person.post(`/api/v1/actions/${id}/confirm`, post)
  expect(answer.status(), await answer.text()).toBe(200)
  const asked = actionDto.parse(await answer.json())
  expect(asked).toMatchObject({ state: 'awaiting', shots: [], approval: { answer: null, reason: REASON } })
  return asked
}

async function refusedBy(answer: Awaited<ReturnType<Person['post']>>) {
  expect(answer.headers()['content-type']).toContain('application/problem+json')
  const problem = problemDto.parse(await answer.json())
  expect(problem.status).toBe(answer.status())
  return { code: problem.code, guards: (problem.blockedBy ?? []).map(one => one.guard) }
}

async function hold(page: Page, name: RegExp) {
  const button = page.getByRole('button', { name })
  await expect(button).toHaveAttribute('aria-disabled', 'false')
  await button.focus()
  await page.keyboard.down('Enter')
  await expect(button).toBeHidden({ timeout: 30_000 })
  await page.keyboard.up('Enter')
}

async function expectAccessible(page: Page) {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'])
    .analyze()
  expect(violations.map(v => `${v.id}: ${v.nodes.map(n => n.target).join(' | ')}`)).toEqual([])
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  expect(overflow, 'no sideways scrolling').toBeLessThanOrEqual(0)
}

// Every one of them needs the incident that there is something to plan against, whichever runs first.
test.beforeEach(({ found: _incident }) => {})

test('two people: one asks, the other declines one plan and approves the next, on a phone', async ({
  browser,
  holdfast,
  found,
}) => {
  expect(found.actionId).toBeTruthy()
  const ada = await signIn(browser, holdfast, 'Ada', 'responder')
  const grace = await signIn(browser, holdfast, 'Grace', 'responder', { width: 390, height: 844 })

  await test.step('the first asks through the sheet', async () => {
    const { id } = await plan(ada, 0)
    await ada.page.goto(`/actions?action=${id}`)
    const sheet = ada.page.getByRole('dialog')
    await expect(sheet).toContainText('approval.second-person')
    await sheet.getByRole('textbox', { name: 'Reason' }).fill(REASON)
    await sheet.getByRole('textbox', { name: 'Type the name' }).fill(TARGET)
    await hold(ada.page, /^Hold to ask a second person/)
    await expect(sheet).toContainText('Ada asks for a second person since')
    await expect(sheet.getByRole('button', { name: /^Hold to approve/ })).toHaveCount(0)
    await expect(sheet.getByRole('button', { name: 'Withdraw' })).toBeVisible()
    await expectAccessible(ada.page)
  })

  await test.step('the second finds it in the inbox, and declines with a reason', async () => {
    await grace.page.goto('/')
    const tab = grace.page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: /^Actions/ })
    await expect(tab.getByTestId('waiting-count')).toContainText('1')
    await tab.click()
    const inbox = grace.page.getByTestId('inbox')
    await expect(inbox).toContainText('asked by Ada')
    await expect(inbox).toContainText(REASON)
    await expectAccessible(grace.page)
    await inbox.getByRole('button', { name: /^Decide/ }).press('Enter')
    const sheet = grace.page.getByRole('dialog')
    const decline = sheet.getByRole('button', { name: 'Decline' })
    await expect(decline).toHaveAttribute('aria-disabled', 'true')
    await sheet.getByRole('textbox', { name: 'Your reason' }).fill('Try to mute its caller first')
    await expectAccessible(grace.page)
    await decline.press('Enter')
    await expect(sheet.getByRole('heading', { level: 2 })).toContainText('Aborted')
    await grace.page.keyboard.press('Escape')
    await expect(inbox).toContainText('Nothing waits for your approval')
  })

  await test.step('the second approves the next one, and it runs', async () => {
    const { id } = await ask(ada, 0)
    const inbox = grace.page.getByTestId('inbox')
    await inbox.getByRole('button', { name: /^Decide/ }).click()
    await hold(grace.page, /^Hold to approve: remove from 1 cluster/)
    await expect(grace.page.getByRole('link', { name: 'Follow every cluster' })).toBeVisible()
    await ada.page.goto(`/actions/${id}`)
    await expect(ada.page.getByTestId('action-page')).toContainText('Grace approved it')
    const abort = await ada.post(`/api/v1/actions/${id}/abort`, {})
    expect(abort.status()).toBe(200)
  })

  await ada.page.context().close()
  await grace.page.context().close()
})

test('an approval that does not count is refused, and says by which guard', async ({
  browser,
  holdfast,
  playwright,
}) => {
  const ada = await signIn(browser, holdfast, 'Ada', 'commander')
  const grace = await signIn(browser, holdfast, 'Grace', 'responder')
  const { id, digest } = await ask(ada, 2)
  const path = `/api/v1/actions/${id}/approve`

  const own = await signIn(browser, holdfast, 'ada ', 'administrator')
  for (const same of [ada, own])
    expect((await refusedBy(await same.post(path, { digest }))).guards).toEqual(['approval.second-person'])
  const forged = await refusedBy(await grace.post(path, { digest: '0'.repeat(64) }))
  expect(forged).toEqual({ code: 'blocked-by-guard', guards: ['plan.digest'] })
  expect((await refusedBy(await grace.post(path, { digest: 'x' }))).code).toBe('invalid-input')
  expect((await refusedBy(await grace.post(path, { digest, force: true }))).code).toBe('invalid-input')

  const token = await runToken(holdfast.dataDir, 'create', 'robot', 'administrator')
  const robot = await playwright.request.newContext({
    baseURL: holdfast.url,
    storageState: { cookies: [], origins: [] },
    extraHTTPHeaders: { authorization: `Bearer ${token}` },
  })
  expect((await robot.post(path, { data: { digest } })).status()).toBe(403)
  await robot.dispose()
  const bare = await grace.page.request.post(path, { data: { digest } })
  expect(bare.status(), 'without the session’s own header').toBe(403)

  const override = { digest, guard: 'approval.second-person', reason: 'nobody answers the phone' }
  expect((await grace.post(`/api/v1/actions/${id}/override`, override)).status()).toBe(403)
  const early = await refusedBy(await ada.post(`/api/v1/actions/${id}/override`, override))
  expect(early.guards, 'there is time to answer').toEqual(['approval.second-person'])

  expect(
    (await ada.post(`/api/v1/actions/${id}/decline`, { reason: 'this was only a trial' })).status(),
  ).toBe(200)
  const replayed = await refusedBy(await grace.post(path, { digest }))
  expect(replayed).toEqual({ code: 'conflict', guards: ['approval.once'] })
  expect(actionDto.parse(await ada.get(`/api/v1/actions/${id}`))).toMatchObject({
    state: 'aborted',
    shots: [],
    approval: { answer: { kind: 'withdrawn' } },
  })
  const { entries } = auditDto.parse(await ada.get('/api/v1/audit?limit=100'))
  const verbs = entries.filter(one => one.subject === `action/${id}`).map(one => one.verb)
  expect(verbs).toEqual(
    expect.arrayContaining(['action.approval-asked', 'action.refused', 'action.withdrawn']),
  )
  for (const person of [ada, grace, own]) await person.page.context().close()
})

test('the freeze stops all arming, is seen by everybody, and is held by a commander', async ({
  browser,
  holdfast,
}) => {
  const ada = await signIn(browser, holdfast, 'Ada', 'commander')
  const grace = await signIn(browser, holdfast, 'Grace', 'responder', { width: 390, height: 844 })
  const { id, digest } = await ask(ada, 2)

  await ada.page.goto('/readiness')
  await grace.page.goto('/')
  expect((await grace.post('/api/v1/actions/freeze', {})).status()).toBe(403)
  await ada.page.getByRole('banner').getByRole('button', { name: 'Freeze all actions' }).click()
  await hold(ada.page, /^Hold to freeze all/)
  await expect(grace.page.getByRole('list', { name: 'Notices' })).toContainText('Ada froze all actions')
  await expectAccessible(grace.page)
  await expectAccessible(ada.page)
  const refused = await refusedBy(await grace.post(`/api/v1/actions/${id}/approve`, { digest }))
  expect(refused.guards).toEqual(['actions.frozen'])

  await ada.page.goto('/audit')
  await ada.page.keyboard.press('ControlOrMeta+k')
  await ada.page.getByRole('combobox').fill('thaw')
  await ada.page.keyboard.press('Enter')
  await hold(ada.page, /^Hold to thaw/)
  await expect(ada.page.getByRole('button', { name: /^Hold to freeze all/ })).toBeVisible()
  await expect(grace.page.getByText('froze all actions:')).toHaveCount(0)
  await ada.post(`/api/v1/actions/${id}/decline`, { reason: 'this was only a trial' })
  for (const person of [ada, grace]) await person.page.context().close()
})

test('nobody answers: a commander overrides, everybody sees it, another reviews', async ({
  browser,
  holdfast,
}) => {
  const ada = await signIn(browser, holdfast, 'Ada', 'commander')
  const grace = await signIn(browser, holdfast, 'Grace', 'responder')
  // The two minutes are real ones: people have them, however fast the fleet's time runs.
  await ada.page.goto('/actions')
  const { id } = await ask(grace, 1)
  const inbox = ada.page.getByTestId('inbox')
  await inbox.getByRole('button', { name: /^Decide/ }).click()
  const sheet = ada.page.getByRole('dialog')
  await expect(sheet).toContainText('A commander may override in')
  await sheet.getByRole('textbox', { name: 'Your reason' }).fill('Nobody of the team answers the phone')
  await expect(sheet.getByRole('button', { name: /^Hold to override/ })).toBeVisible({ timeout: 150_000 })
  await hold(ada.page, /^Hold to override/)

  await grace.page.goto('/actions')
  const notices = grace.page.getByRole('list', { name: 'Notices' })
  await expect(notices).toContainText('went out without a second person')
  await grace.page
    .getByTestId('inbox')
    .getByRole('button', { name: /^Review/ })
    .click()
  const review = grace.page.getByRole('dialog')
  await review.getByRole('textbox', { name: 'What you find' }).fill('It was the cause, and it was right')
  await expectAccessible(grace.page)
  await review.getByRole('button', { name: 'Mark reviewed' }).press('Enter')
  await expect(review.getByRole('heading', { level: 2 })).toContainText('Running')
  await grace.page.keyboard.press('Escape')
  await expect(notices.getByText('went out without')).toHaveCount(0)
  await grace.page.goto(`/actions/${id}`)
  await expect(grace.page.getByTestId('action-page')).toContainText('Grace reviewed it')
  await ada.post(`/api/v1/actions/${id}/abort`, {})
  for (const person of [ada, grace]) await person.page.context().close()
})

test('the browser tells of what begins to wait, only once that was switched on', async ({
  browser,
  holdfast,
}) => {
  const ada = await signIn(browser, holdfast, 'Ada', 'responder')
  const grace = await signIn(browser, holdfast, 'Grace', 'responder')
  await grace.page.context().grantPermissions(['notifications'])
  await grace.page.addInitScript(() => {
    const told: string[] = []
    class Told extends EventTarget {
      static permission = 'granted'
      static requestPermission = async () => 'granted'
      onclick = null
      constructor(title: string, { body }: { body: string }) {
        super()
        told.push(`${title} | ${body}`)
      }
    }
    Object.assign(window, { Notification: Told, told })
  })
  await grace.page.goto('/actions')
  const told = () => grace.page.evaluate(() => (window as unknown as { told: string[] }).told)
  const inbox = grace.page.getByTestId('inbox')

  const first = await ask(ada, 3)
  await expect(inbox.getByRole('button', { name: /^Decide/ })).toHaveCount(1)
  expect(await told()).toEqual([])
  await ada.post(`/api/v1/actions/${first.id}/decline`, { reason: 'this was only a trial' })
  await expect(inbox.getByRole('button', { name: /^Decide/ })).toHaveCount(0)

  await inbox.getByRole('button', { name: 'Notify me here' }).click()
  await expect(inbox.getByRole('button', { name: 'Notifications on' })).toHaveAttribute(
    'aria-pressed',
    'true',
  )
  const second = await ask(ada, 3)
  await expect.poll(told).toEqual([`Waiting for you: ${second.title} | Ada: ${REASON}`])
  await ada.post(`/api/v1/actions/${second.id}/decline`, { reason: 'this was only a trial' })
  for (const person of [ada, grace]) await person.page.context().close()
})
