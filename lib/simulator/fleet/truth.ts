import { userImpact } from '../model/user-impact'
import type { SimulatedFleet } from './fleet'

/** The model's own state, for tests and benches that compare what Holdfast concludes with what is so. */
export function groundTruth(fleet: SimulatedFleet): object {
  const models = [...fleet.clusters.values()].map(cluster => cluster.model)
  return {
    scenario: fleet.options.scenario,
    seed: fleet.options.seed,
    second: fleet.second,
    simAt: fleet.startAt + fleet.second * 1000,
    impact: userImpact(models),
    events: fleet.events.map(({ cluster, ...event }) => ({ ...event, cluster: cluster.name })),
    clusters: models.map(model => ({
      name: model.name,
      region: model.region,
      product: model.product,
      nodes: Math.round(model.nodes),
      version: model.kubernetesVersion,
      agents: Math.floor(model.agents),
      revoked: model.revoked,
      rejecting: model.rejecting,
      blockedShare: model.blockedShare,
      success: model.success40,
      latencySeconds: model.latencySeconds,
      serversUp: model.servers.filter(server => server.up).length,
      servers: model.servers.length,
      etcdUp: model.etcdUp,
      controllerManagerUp: model.controllerManagerUp,
      notReadyShare: model.notReadyShare,
      apiLostSecond: model.apiLostAt ?? null,
      dnsLostSecond: model.dnsLostAt ?? null,
      dnsSynced: model.dnsSynced,
      dnsEmpty: model.dnsEmpty,
      serviceFailure: model.serviceFailure,
      trafficShifted: model.trafficShifted,
    })),
  }
}
