import { buildableMinors } from '../controlplane/build'
import { kubernetes } from './kubernetes-target'
import { simulator } from './simulator-target'
import type { ContractTarget } from './target'

/** Every target of this machine: the simulated API server of an old and a new release, and a real one for each Kubernetes minor. */
export async function targets(): Promise<ContractTarget[]> {
  return [simulator(true), simulator(false), ...(await Promise.all(buildableMinors().map(kubernetes)))]
}
