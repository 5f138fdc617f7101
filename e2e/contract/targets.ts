import { buildableMinors } from '../controlplane/build'
import { kubernetes } from './kubernetes-target'
import { simulator } from './simulator-target'
import type { ContractTarget } from './target'

/** Every target of this machine: the simulated API server, and a real one for each Kubernetes minor. */
export async function targets(): Promise<ContractTarget[]> {
  return [simulator, ...(await Promise.all(buildableMinors().map(kubernetes)))]
}
