import type { GuardVerdict } from '../types'
import { blastRadius } from './blast-radius'
import { dnsNoRestart } from './dns-no-restart'
import { dryRunVerified } from './dry-run-verified'
import { effectExpected } from './effect-expected'
import { evidenceFresh } from './evidence-fresh'
import { exactTargets } from './exact-targets'
import { gitOpsReverts } from './gitops-reverts'
import type { Guard, GuardInput } from './guard'
import { lanesKnown } from './lanes-known'
import { muteLeaks } from './mute-leaks'
import { oneActionPerCluster } from './one-action-per-cluster'
import { planFresh } from './plan-fresh'
import { protectIdentities } from './protect-identities'
import { protectNamespaces } from './protect-namespaces'
import { protectWorkloads } from './protect-workloads'
import { requestReason } from './request-reason'
import { scaleFloor } from './scale-floor'
import { snapshotAge } from './snapshot-age'
import { undoPossible } from './undo-possible'

const GUARDS: readonly Guard[] = [
  requestReason,
  exactTargets,
  protectNamespaces,
  protectWorkloads,
  protectIdentities,
  dnsNoRestart,
  scaleFloor,
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

/** Every guard's verdict, blocking ones first. */
export function evaluateGuards(input: GuardInput): GuardVerdict[] {
  const order = { block: 0, warn: 1, pass: 2 }
  return GUARDS.flatMap(guard => guard(input) ?? []).sort((a, b) => order[a.verdict] - order[b.verdict])
}
