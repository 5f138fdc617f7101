import { afterAll, beforeAll, describe, it } from 'vitest'
import { specifyControllersDown } from './controllers-down'
import { specifyCordons } from './cordons'
import { specifyDeletes } from './deletes'
import { specifyEvictions } from './evictions'
import { specifyFlowControl } from './flow-control'
import { specifyFootprint } from './footprint'
import { specifyImpersonation } from './impersonation'
import { specifyMuting } from './muting'
import { specifyProbes } from './probes'
import { specifyReads } from './reads'
import { specifyRemoval } from './removal'
import { specifyRevisions } from './revisions'
import { specifyScales } from './scales'
import type { Session } from './session'
import { specifyShippedRoles } from './shipped-roles'
import { assertFor } from './target'
import { targets } from './targets'
import { specifyWrites } from './writes'

// Everything that Holdfast asks of an API server, with the same assertions for every server.
for (const target of await targets()) {
  if (target.missing !== undefined) {
    describe(target.name, () => {
      it.skip(`skipped: ${target.missing}`, () => {})
    })
    continue
  }

  describe(target.name, { timeout: 60_000 }, () => {
    const check = assertFor(target)
    let session: Session | undefined
    const use = () => {
      if (!session) throw new Error(`${target.name} is not up`)
      return session
    }

    beforeAll(async () => {
      session = await target.open()
    }, 240_000)

    afterAll(async () => {
      await session?.close()
    }, 60_000)

    describe('probes and metrics', () => specifyProbes(use, check))
    describe('reads', () => specifyReads(use, check))
    describe('writes', () => specifyWrites(use, check))
    describe('deletes', () => specifyDeletes(use, check))
    describe('removal of a service', () => specifyRemoval(use, check))
    describe('footprint of a DaemonSet', () => specifyFootprint(use, check))
    describe('revisions and roll-back', () => specifyRevisions(use, check))
    describe('scales', () => specifyScales(use, check))
    describe('while the controller manager is down', () => specifyControllersDown(use, check))
    describe('cordons', () => specifyCordons(use, check))
    describe('impersonation', () => specifyImpersonation(use, check))
    describe('priority and fairness', () => specifyFlowControl(use, check))
    describe('muted callers', () => specifyMuting(use, check))
    if (target.authorises) describe('evictions', () => specifyEvictions(use, check))
    if (target.authorises) describe('the roles of deploy/rbac.yaml', () => specifyShippedRoles(use, check))
  })
}
