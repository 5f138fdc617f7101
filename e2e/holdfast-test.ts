import { test as base, request } from '@playwright/test'
import { type HoldfastProcess, startHoldfast } from './holdfast-process'
import { WarRoomPage } from './pages/war-room-page'
import { redeemLink } from './sign-in'
import { Operator } from './simulation'

interface PerTest {
  warRoom: WarRoomPage
}

interface PerFile {
  /** Arguments of `npm start`; a spec that sets them has a Holdfast of its own. */
  holdfastArgs: string[]
  holdfast: HoldfastProcess
  /** Cookies of an administrator who is signed in, by the link that the start printed. */
  signedIn: Awaited<ReturnType<typeof redeemLink>>
  operator: Operator
}

/** Playwright's test with a running Holdfast for the whole file, and pages of a person who is signed in. */
export const test = base.extend<PerTest, PerFile>({
  holdfastArgs: [[], { scope: 'worker', option: true }],
  holdfast: [
    async ({ holdfastArgs }, use) => {
      const holdfast = await startHoldfast({ args: holdfastArgs })
      await use(holdfast)
      await holdfast.stop()
    },
    { scope: 'worker', timeout: 300_000 },
  ],
  signedIn: [
    async ({ holdfast }, use) => {
      const client = await request.newContext({ baseURL: holdfast.url })
      await use(await redeemLink(client, holdfast.signInUrl))
      await client.dispose()
    },
    { scope: 'worker' },
  ],
  operator: [
    async ({ holdfast, signedIn }, use) => {
      const { storageState, session } = signedIn
      const client = await request.newContext({ baseURL: holdfast.url, storageState })
      await use(new Operator(client, session.csrfToken))
      await client.dispose()
    },
    { scope: 'worker' },
  ],
  baseURL: async ({ holdfast }, use) => use(holdfast.url),
  storageState: async ({ signedIn }, use) => use(signedIn.storageState),
  warRoom: async ({ page }, use) => use(new WarRoomPage(page)),
})

export { expect } from '@playwright/test'
