import { test as base } from './holdfast-test'

export interface Found {
  clusterId: string
  clusterName: string
  actionId: string
}

/**
 * Playwright's test on the small fleet in its incident, with the time standing still and a removal planned. Specs share
 * one fleet as long as their options are the same: one that lets time run on must take another seed.
 */
export const test = base.extend<object, { found: Found }>({
  // Not by test.use(), which in a file that several tests import holds for the first of them only.
  holdfastArgs: [
    async ({ playwright: _ }, use) => use(['--scenario', 'small-fleet', '--speed', '25']),
    { scope: 'worker' },
  ],
  found: [
    async ({ operator }, use) => {
      await operator.pauseWhileBurning()
      const { fuses } = await operator.room()
      const plan = await operator.planRemoval()
      if (!fuses.next) throw new Error('no fuse burns')
      await use({
        clusterId: fuses.next.clusterId,
        clusterName: fuses.next.clusterName,
        actionId: plan.id,
      })
    },
    { scope: 'worker', timeout: 240_000 },
  ],
})

export { expect } from './holdfast-test'
