import { parseArgs } from 'node:util'
import { telemetry } from '../controlplane/workloads'
import { findKubectl } from '../lockout/find-kubectl'
import { holdfastRemoval } from '../lockout/holdfast-removal'
import { kubectlLoop } from '../lockout/kubectl-loop'
import { type Laboratory, startLaboratory } from '../lockout/laboratory'
import { raceOne } from '../lockout/race'
import { startLoad } from '../lockout/start-load'

/** What holds of every run on a machine of two cores. */
const canaryWithinSeconds = 5
/** Which agent's pod goes first is chance, and so is when the canary asks: less than this is no difference in one race. */
const chanceSeconds = 0.5

/**
 * The race on a real API server that the telemetry service has locked everybody out of: kubectl in a shell loop with
 * the ordinary and with the exempt identity, against Holdfast's own engine. Options: `--nodes 150 --pods 6000
 * --inflight 6 --mutating 3 --pace 0.5 --version MINOR --give-up 120`. Fails when Holdfast is slower than the best
 * kubectl loop to a healthy canary, by more than half a second of chance, or that is not healthy within 5 s of its first admitted write.
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
    const loops: Record<string, unknown>[] = []
    for (const context of ['ordinary', 'break-glass'] as const) {
      if ('missing' in kubectl) {
        const name = context === 'ordinary' ? 'kubectl-ordinary' : 'kubectl-exempt'
        yield { contestant: name, skipped: kubectl.missing }
        continue
      }
      const figures = await raceOne(options, kubectlLoop(kubectl.path, laboratory, context))
      loops.push(figures)
      yield figures
    }
    const contestant = holdfastRemoval(laboratory)
    const figures = await raceOne(options, contestant)
    yield { ...figures, ...contestant.notes() }
    yield {
      contestant: 'holdfast-mute',
      skipped: 'Holdfast has no action that rejects a caller by priority and fairness yet',
    }
    yield verdict(figures, loops)
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

function verdict(holdfast: Record<string, unknown>, loops: Record<string, unknown>[]) {
  const own = seconds(holdfast.secondsToHealthy)
  const best = Math.min(...loops.map(loop => seconds(loop.secondsToHealthy)))
  const back = seconds(holdfast.secondsFromFirstWriteToHealthy)
  const held = own <= best + chanceSeconds && back <= canaryWithinSeconds
  if (!held) {
    throw new Error(
      `not held: Holdfast healthy after ${own} s, the best kubectl loop after ${best} s; canary back ${back} s after the first write (at most ${canaryWithinSeconds})`,
    )
  }
  return { held, secondsToHealthy: { holdfast: own, bestKubectl: Number.isFinite(best) ? best : null } }
}
