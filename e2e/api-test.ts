import type { APIRequestContext } from '@playwright/test'
import { problemDto } from '../lib/wire/problem'
import { test as base, expect } from './holdfast-test'
import { runToken } from './sign-in'

export const ROLES = ['viewer', 'responder', 'commander', 'administrator'] as const
type Role = (typeof ROLES)[number]
export const NO_COOKIES = { cookies: [], origins: [] }

/** Playwright's test on a calm fleet, with a client for each role by a token of the command line, and one without. */
export const test = base.extend<object, { api: Record<Role | 'nobody', APIRequestContext> }>({
  holdfastArgs: [
    async ({ playwright: _ }, use) => use(['--scenario', 'small-fleet', '--speed', '1', '--seed', '2']),
    { scope: 'worker' },
  ],
  api: [
    async ({ holdfast, playwright }, use) => {
      const client = (token?: string) =>
        playwright.request.newContext({
          baseURL: holdfast.url,
          storageState: NO_COOKIES,
          extraHTTPHeaders: token ? { authorization: `Bearer ${token}` } : {},
        })
      const made: Partial<Record<Role, APIRequestContext>> = {}
      for (const role of ROLES)
        made[role] = await client(await runToken(holdfast.dataDir, 'create', `e2e ${role}`, role))
      const api = { ...made, nobody: await client() } as Record<Role | 'nobody', APIRequestContext>
      await use(api)
      await Promise.all(Object.values(api).map(c => c.dispose()))
    },
    { scope: 'worker', timeout: 120_000 },
  ],
})

export const CHANGE = { kind: 'Deployment', namespace: 'shop', name: 'checkout', clusters: ['use-api-01'] }

/** Every list that a person may read. */
export const READS = [
  '/api/v1/fleet',
  '/api/v1/war-room',
  '/api/v1/fuses',
  '/api/v1/dns-sources',
  '/api/v1/readiness',
  '/api/v1/suspects',
  '/api/v1/changes',
  '/api/v1/timeline',
  '/api/v1/actions',
  '/api/v1/audit',
  '/api/v1/session',
  '/metrics',
]

/** Writes that change nothing that another test looks at, with the answer for somebody who may. */
export const WRITES: [path: string, body: unknown, status: number][] = [
  ['/api/v1/changes', CHANGE, 201],
  ['/api/v1/timeline', { text: 'Looking at it' }, 201],
  ['/api/v1/simulation', { speed: 1 }, 200],
  ['/api/v1/actions/none/confirm', { digest: '0'.repeat(64), typedName: 'x', reason: 'long enough' }, 404],
  ['/api/v1/actions/none/abort', {}, 404],
  ['/api/v1/actions/none/undo', {}, 404],
]

/** The problem that a refusal says, in the published shape. */
export async function problemOf(answer: {
  headers(): Record<string, string>
  json(): Promise<unknown>
  status(): number
}) {
  expect(answer.headers()['content-type']).toContain('application/problem+json')
  const problem = problemDto.parse(await answer.json())
  expect(problem.status).toBe(answer.status())
  return problem
}

export { expect }
