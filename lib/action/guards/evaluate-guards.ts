import type { GuardVerdict } from '../types'
import { blastRadius } from './blast-radius'
import { dnsNoRestart } from './dns-no-restart'
import { dryRunVerified } from './dry-run-verified'
import { effectExpected } from './effect-expected'
import { evidenceFresh } from './evidence-fresh'
import { exactTargets } from './exact-targets'
import { gitOpsReverts } from './gitops-reverts'
import type { Guard, GuardInput } from './guard'
import { incidentDeclared } from './incident-declared'
import { lanesKnown } from './lanes-known'
import { muteLeaks } from './mute-leaks'
import { nodesLeft } from './nodes-left'
import { oneActionPerCluster } from './one-action-per-cluster'
import { askOwnGuards } from './own-guards'
import { planFresh } from './plan-fresh'
import { planSize } from './plan-size'
import { protectIdentities } from './protect-identities'
import { protectNamespaces } from './protect-namespaces'
import { protectWorkloads } from './protect-workloads'
import { requestReason } from './request-reason'
import { scaleFloor } from './scale-floor'
import { scaleLimits } from './scale-limits'
import { secondPerson } from './second-person'
import { snapshotAge } from './snapshot-age'
import { trafficCapacity } from './traffic-capacity'
import { undoPossible } from './undo-possible'

const GUARDS: readonly Guard[] = [
  requestReason,
  incidentDeclared,
  secondPerson,
  exactTargets,
  planSize,
  protectNamespaces,
  protectWorkloads,
  protectIdentities,
  dnsNoRestart,
  scaleFloor,
  scaleLimits,
  nodesLeft,
  trafficCapacity,
  oneActionPerCluster,
  evidenceFresh,
  planFresh,
  blastRadius,
  gitOpsReverts,
  dryRunVerified,
  snapshotAge,
  lanesKnown,
  effectExpected,
  muteLeaks,
  undoPossible,
]

/** Every guard's verdict, with those of the operator's own; blocking ones first. */
export function evaluateGuards(input: GuardInput): GuardVerdict[] {
  const order = { block: 0, warn: 1, pass: 2 }
  const verdicts = [...GUARDS.flatMap(guard => guard(input) ?? []), ...askOwnGuards(input)]
  return verdicts.sort((a, b) => order[a.verdict] - order[b.verdict])
}
