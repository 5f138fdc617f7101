import { drawRequest } from './draw-request'
import { addServers, block } from './levers'
import { normal } from './random'
import { secondAt } from './scenario-time'
import type { ModelCluster, ScenarioEvent } from './types'

type Emit = (event: ScenarioEvent) => void

/** Number, start and task times (minutes) of the people who recovered the clusters, set so that their times come out. */
const TEAMS = 7
const FROM = secondAt(15, 59)
const TASK_MINUTES = { block: 12, reachApi: 4, readmit: 4, finish: 12.9, orderServers: 12 } as const
const TASK_SPREAD = 0.18
const BATCHES = 4

type Step = 'block' | 'remove' | 'delete-pods' | 'readmit' | 'finish'

interface Team {
  freeAt: number
  job?: { cluster: ModelCluster; step: Step; at: number; batch: number }
}

/** True once nothing is left for hands to do: the workload and its pods are gone, or they are cut off and it is well. */
function causeIsGone(cluster: ModelCluster): boolean {
  const removed = cluster.agentTarget === 0 && cluster.agents < 1
  const silenced = (cluster.revoked || cluster.rejecting) && cluster.success40 > 0.9
  return removed || silenced
}

/**
 * The post-mortem's recovery: teams take the largest lost clusters first, close the nodes' way to the API, remove the
 * workload, let the nodes back in batches, and see the services up. They leave alone what is well already.
 */
export function recoveryTeams(
  lost: ReadonlySet<ModelCluster>,
  random: () => number,
): (second: number, emit: Emit) => void {
  const teams: Team[] = Array.from({ length: TEAMS }, (_, i) => ({ freeAt: FROM + 60 * i }))
  const taken = new Set<ModelCluster>()
  const duration = (minutes: number) =>
    60 * minutes * Math.exp(TASK_SPREAD * normal(random) - (TASK_SPREAD * TASK_SPREAD) / 2)

  function takeNext(team: Team, second: number, emit: Emit): void {
    let next: ModelCluster | undefined
    for (const cluster of lost)
      if (!taken.has(cluster) && !causeIsGone(cluster) && (!next || urgency(cluster) > urgency(next)))
        next = cluster
    if (!next) return
    taken.add(next)
    team.job = { cluster: next, step: 'block', at: second + duration(TASK_MINUTES.block), batch: 0 }
    addServers(next, 2, duration(TASK_MINUTES.orderServers))
    emit({ kind: 'servers-ordered', second, cluster: next })
  }

  function workOn(team: Team, second: number, emit: Emit): void {
    const { job } = team
    if (!job || job.at > second) return
    const { cluster } = job
    const tell = (
      kind: 'network-blocked' | 'network-readmitted' | 'remove-workload' | 'delete-workload-pods',
    ) => emit({ kind, second, cluster })
    if (job.step === 'block') {
      if (causeIsGone(cluster)) {
        finish(team, second, emit)
        return
      }
      block(cluster, 1)
      tell('network-blocked')
      job.step = 'remove'
      job.at = second + duration(TASK_MINUTES.reachApi)
    } else if (job.step === 'remove') {
      const write = { lane: 'exempt', verb: 'write', path: '', megabytes: 0, timeoutSeconds: 10 } as const
      const landed = drawRequest(cluster, write, random).outcome === 200
      if (landed) {
        tell('remove-workload')
        job.step = 'delete-pods'
      }
      job.at = second + (landed ? 120 : 30)
    } else if (job.step === 'delete-pods') {
      if (cluster.agents < 1) {
        job.step = 'readmit'
        return
      }
      tell('delete-workload-pods')
      job.at = second + 30
    } else if (job.step === 'readmit') {
      job.batch++
      block(cluster, 1 - job.batch / BATCHES)
      tell('network-readmitted')
      job.at = second + duration(TASK_MINUTES.readmit)
      if (job.batch < BATCHES) return
      job.step = 'finish'
      job.at = second + duration(TASK_MINUTES.finish)
      cluster.stagedStart = true
    } else {
      finish(team, second, emit)
    }
  }

  function finish(team: Team, second: number, emit: Emit): void {
    if (team.job) emit({ kind: 'hands-done', second, cluster: team.job.cluster })
    team.job = undefined
    team.freeAt = second
  }

  return (second, emit) => {
    for (const team of teams) {
      if (team.job) workOn(team, second, emit)
      else if (team.freeAt <= second) takeNext(team, second, emit)
    }
  }
}

/** Clusters that serve chat weigh more. */
function urgency(cluster: ModelCluster): number {
  return cluster.nodes * (cluster.product === 'chat' ? 1.3 : 1)
}
