import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findBinaries } from '../controlplane/binaries'
import { readTarget } from '../controlplane/kubeconfig'
import { startControlPlane } from '../controlplane/start-control-plane'
import { telemetry } from '../controlplane/workloads'
import { openSession, type Session } from './session'
import type { ContractTarget } from './target'

/**
 * A real API server of one minor. With `HOLDFAST_CONTROLPLANE_BUILD=1` it is built when it is not to be had,
 * which takes minutes.
 */
export async function kubernetes(minor: string): Promise<ContractTarget> {
  const allowBuild = process.env.HOLDFAST_CONTROLPLANE_BUILD === '1'
  const found = await findBinaries({ allowBuild, minor, say: line => console.error(line) })
  if ('missing' in found) {
    const { missing } = found
    const open = () => Promise.reject(new Error(missing))
    return { name: `kube-apiserver ${minor}`, authorises: true, missing, open }
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
  const target = (context: string) => readTarget(controlPlane.kubeconfigPath, context)
  const session = openSession(
    { ordinary: target('ordinary'), telemetry: target('telemetry'), breakGlass: target('break-glass') },
    { nodes, collector: telemetry, countsWithinMs: 10_000 },
    {
      halt: () => controlPlane.halt('kube-controller-manager'),
      resume: () => controlPlane.resume('kube-controller-manager'),
    },
  )
  return {
    ...session,
    close: async () => {
      await session.close()
      await controlPlane.stop()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
