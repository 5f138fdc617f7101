import { parseArgs } from 'node:util'
import { telemetry } from '../controlplane/workloads'
import { findKubectl } from '../lockout/find-kubectl'
import { holdfastRemoval } from '../lockout/holdfast-removal'
import { kubectlLoop } from '../lockout/kubectl-loop'
import { type Laboratory, startLaboratory } from '../lockout/laboratory'
import { raceOne } from '../lockout/race'
import { startLoad } from '../lockout/start-load'

type Figures = Record<string, unknown>

/** What holds of every run on a machine of two cores. */
const canaryWithinSeconds = 5

/**
 * The race on a real API server that the telemetry service has locked everybody out of: kubectl in a shell loop with
 * the ordinary and with the exempt identity, against Holdfast's own engine. Options: `--nodes 150 --pods 6000
 * --inflight 6 --mutating 3 --pace 0.5 --version MINOR --give-up 120 --rounds 3`. Whose pod goes first is chance, so
 * medians over the rounds count; the ordinary loop, slow by far, runs in the first one only. Fails when Holdfast is
 * slower to a healthy canary than the best kubectl loop, or any of its own is not healthy 5 s after its first write.
 */
export async function* run(args: string[]): AsyncGenerator<Record<string, unknown>> {
  const { values } = parseArgs({
    args,
    options: {
      nodes: { type: 'string', default: '150' },
      pods: { type: 'string', default: '6000' },
      inflight: { type: 'string', default: '6' },
      mutating: { type: 'string', default: '3' },
      pace: { type: 'string', default: '0.5' },
      version: { type: 'string' },
      'give-up': { type: 'string', default: '120' },
      rounds: { type: 'string', default: '3' },
    },
  })
  const nodes = Number(values.nodes)
  const say = (line: string) => console.error(line)
  const kubectl = await findKubectl(say)
  const laboratory = await startLaboratory({
    nodes,
    pods: Number(values.pods),
    inflight: Number(values.inflight),
    mutatingInflight: Number(values.mutating),
    minor: values.version,
    say,
  })
  const options = {
    laboratory,
    nodes,
    giveUpSeconds: Number(values['give-up']),
    startAgents: () => startAgents(laboratory, nodes, Number(values.pace)),
  }
  try {
    const { version } = laboratory
    yield {
      kubernetes: version,
      nodes,
      pods: nodes + Number(values.pods),
      kubectl: 'version' in kubectl ? kubectl.version : null,
    }
    const own: Figures[] = []
    const loops: Record<'ordinary' | 'break-glass', Figures[]> = { ordinary: [], 'break-glass': [] }
    for (let round = 1; round <= Number(values.rounds); round++) {
      for (const context of ['ordinary', 'break-glass'] as const) {
        if ('missing' in kubectl || (context === 'ordinary' && round > 1)) continue
        const figures = await raceOne(options, kubectlLoop(kubectl.path, laboratory, context))
        loops[context].push(figures)
        yield { round, ...figures }
      }
      const contestant = holdfastRemoval(laboratory)
      const figures = await raceOne(options, contestant)
      own.push(figures)
      yield { round, ...figures, ...contestant.notes() }
    }
    if ('missing' in kubectl)
      for (const name of ['kubectl-ordinary', 'kubectl-exempt'])
        yield { contestant: name, skipped: kubectl.missing }
    yield {
      contestant: 'holdfast-mute',
      skipped: 'Holdfast has no action that rejects a caller by priority and fairness yet',
    }
    yield verdict(own, Object.values(loops))
  } finally {
    await laboratory.stop()
  }
}

function startAgents(laboratory: Laboratory, nodes: number, megabytesPerSecond: number) {
  return startLoad({
    kubeconfigPath: laboratory.kubeconfigPath,
    context: 'telemetry',
    path: '/api/v1/pods',
    periodSeconds: 10,
    timeoutSeconds: 60,
    megabytesPerSecond,
    mostAgents: nodes,
    pods: { context: 'break-glass', namespace: telemetry.namespace, selector: `app=${telemetry.name}` },
  })
}

const seconds = (value: unknown) => (typeof value === 'number' ? value : Number.POSITIVE_INFINITY)

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.POSITIVE_INFINITY
}

const healthyAfter = (races: readonly Figures[]) =>
  median(races.map(({ secondsToHealthy }) => seconds(secondsToHealthy)))

function verdict(own: readonly Figures[], loops: readonly Figures[][]) {
  const holdfast = healthyAfter(own)
  const best = Math.min(...loops.map(healthyAfter))
  const back = Math.max(...own.map(({ secondsFromFirstWriteToHealthy: after }) => seconds(after)))
  if (holdfast > best || back > canaryWithinSeconds) {
    throw new Error(
      `not held: Holdfast healthy after ${holdfast} s, the best kubectl loop after ${best} s (medians); canary back at most ${back} s after the first write (${canaryWithinSeconds} allowed)`,
    )
  }
  return {
    held: true,
    rounds: own.length,
    medianSecondsToHealthy: { holdfast, bestKubectl: Number.isFinite(best) ? best : null },
    mostSecondsFromFirstWriteToHealthy: back,
  }
}
