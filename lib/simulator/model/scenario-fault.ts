import { createFleet } from './create-fleet'
import { loseZone, restoreZone, setDnsBroken, setEtcdSlow, setWebhookDown } from './levers'
import type { ScenarioScript } from './scenario-script'
import { secondAt } from './scenario-time'
import type { FaultName, ModelCluster } from './types'

/** A fault that strikes some clusters for a while, and that no roll-out caused. */
interface FaultPlan {
  fault: FaultName
  from: number
  to: number
  strikes(cluster: ModelCluster, index: number): boolean
  begin(cluster: ModelCluster): void
  end(cluster: ModelCluster): void
}

export const FAULT_PLANS = {
  'etcd-slow': {
    fault: 'etcd-slow',
    from: secondAt(15, 0),
    to: secondAt(15, 30),
    strikes: ({ region }) => region === 'us-west',
    begin: cluster => setEtcdSlow(cluster, 0.6),
    end: cluster => setEtcdSlow(cluster, 0),
  },
  'webhook-down': {
    fault: 'webhook-down',
    from: secondAt(15, 0),
    to: secondAt(15, 25),
    strikes: (_, index) => index % 5 === 0,
    begin: cluster => setWebhookDown(cluster, 1),
    end: cluster => setWebhookDown(cluster, 0),
  },
  'dns-only': {
    fault: 'dns-broken',
    from: secondAt(15, 0),
    to: secondAt(15, 25),
    strikes: ({ region }) => region === 'eu-west',
    begin: cluster => setDnsBroken(cluster, 1 / 60),
    end: cluster => setDnsBroken(cluster, 0),
  },
  'one-zone': {
    fault: 'zone-lost',
    from: secondAt(15, 0),
    to: secondAt(15, 45),
    strikes: ({ region }) => region === 'us-central',
    begin: loseZone,
    end: restoreZone,
  },
} satisfies Record<string, FaultPlan>

export function faultScript(seed: number, plan: FaultPlan): ScenarioScript {
  const clusters = createFleet({ seed })
  const struck = clusters.filter((cluster, index) => plan.strikes(cluster, index))
  return {
    clusters,
    play(second, emit) {
      if (second !== plan.from && second !== plan.to) return
      const begins = second === plan.from
      for (const cluster of struck) {
        if (begins) plan.begin(cluster)
        else plan.end(cluster)
        emit({ kind: begins ? 'fault-began' : 'fault-ended', fault: plan.fault, second, cluster })
      }
    },
  }
}
