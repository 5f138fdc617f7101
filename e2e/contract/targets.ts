import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findBinaries } from '../controlplane/binaries'
import { buildableMinors } from '../controlplane/build'
import { startControlPlane } from '../controlplane/start-control-plane'
import { telemetry } from '../controlplane/workloads'
import { openSession, type Session } from './session'

/** An API server that the contract suite can be run against. */
export interface ContractTarget {
  /** Stands in the report, with its version. */
  name: string
  /** It evaluates roles and impersonation as Kubernetes does, so that roles can be tried on it. */
  authorises: boolean
  /** Why it cannot be had on this machine; undefined when it can. */
  missing?: string
  /** Brings it up; its `close` takes it down again. */
  open(): Promise<Session>
}

/**
 * Every target of this machine: one for each Kubernetes minor. With `HOLDFAST_CONTROLPLANE_BUILD=1`
 * a minor that is not in the cache is built first, which takes minutes.
 */
export async function targets(): Promise<ContractTarget[]> {
  return Promise.all(buildableMinors().map(kubernetes))
}

async function kubernetes(minor: string): Promise<ContractTarget> {
  const allowBuild = process.env.HOLDFAST_CONTROLPLANE_BUILD === '1'
  const found = await findBinaries({ allowBuild, minor, say: line => console.error(line) })
  if ('missing' in found) {
    const missing = found.missing
    return {
      name: `kube-apiserver ${minor}`,
      authorises: true,
      missing,
      open: () => Promise.reject(new Error(missing)),
    }
  }
  return { name: `kube-apiserver ${found.version}`, authorises: true, open: () => openKubernetes(minor) }
}

async function openKubernetes(minor: string): Promise<Session> {
  const dir = mkdtempSync(join(tmpdir(), 'holdfast-contract-'))
  const nodes = 5
  const controlPlane = await startControlPlane({
    dir,
    minor,
    nodes,
    pods: 3,
    allowBuild: false,
    countEverySeconds: 1,
    controllerQps: 100,
    tiedToThisProcess: true,
  })
  const session = openSession(controlPlane.kubeconfigPath, {
    nodes,
    collector: telemetry,
    countsWithinMs: 10_000,
  })
  return {
    ...session,
    close: async () => {
      await session.close()
      await controlPlane.stop()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
