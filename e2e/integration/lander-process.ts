// A Holdfast that only lands shots: `lander-process.ts DATABASE_URL SERVER [begin]`. Ends when it is killed.
import { createActions } from '../../lib/action/create-actions'
import { systemClock } from '../../lib/clock/system-clock'
import { createClusterClient } from '../../lib/kube/create-cluster-client'
import { createActionStore } from '../../lib/store/action-store'
import { openDatabase } from '../../lib/store/database'
import { crashFleet, REASON, TARGET } from './crash-fleet'

const [databaseUrl = '', server = '', begin] = process.argv.slice(2)
const actions = createActions({
  clock: systemClock,
  client: createClusterClient({ clock: systemClock }),
  source: crashFleet(server, () => systemClock.now()),
  store: createActionStore(openDatabase(databaseUrl)),
  rng: Math.random,
  policy: { dryRunBudgetMs: 0 },
  onError: error => console.error(error),
})
await actions.start()
if (begin) {
  const plan = await actions.plan({ kind: 'remove-service', target: TARGET, reason: REASON }, { name: 'ada' })
  const confirmation = { digest: plan.digest, typedName: TARGET.name, reason: REASON }
  await actions.confirm(plan.id, confirmation, { name: 'ada' })
}
console.log('running')
