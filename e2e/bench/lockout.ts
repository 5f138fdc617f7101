import { parseArgs } from 'node:util'
import { telemetry } from '../controlplane/workloads'
import { findKubectl } from '../lockout/find-kubectl'
import { type HoldfastContestant, holdfastContestant } from '../lockout/holdfast-contestant'
import { kubectlLoop } from '../lockout/kubectl-loop'
import { type Laboratory, startLaboratory } from '../lockout/laboratory'
import { raceOne } from '../lockout/race'
import { startLoad } from '../lockout/start-load'

type Figures = Record<string, unknown>

const OWN = [
  'holdfast-remove',
  'holdfast-mute',
  'holdfast-revoke',
  'holdfast-mute-and-remove',
] as const satisfies HoldfastContestant[]

/** What holds of every run on a machine of two cores. */
const canaryWithinSeconds = 5

/**
 * The race on a real API server that the telemetry service has locked everybody out of: kubectl in a shell loop with
 * the ordinary and with the exempt identity, against Holdfast's own engine: remove, mute, revoke, mute and remove at
 * once. Options: `--nodes 150 --pods 6000 --inflight 6 --mutating 3 --pace 0.5 --version MINOR --give-up 120
 * --rounds 3`. Whose pod goes first is chance, so medians over the rounds count; the ordinary loop, slow by far, runs
 * in the first one only; `--contestants a,b` names those that run. Fails when one of Holdfast's removals is slower to a
 * healthy canary than the best kubectl loop, or not healthy 5 s after its first write. About a minute a race.
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
      contestants: { type: 'string', default: ['kubectl-ordinary', 'kubectl-exempt', ...OWN].join(',') },
    },
  })
  const nodes = Number(values.nodes)
  const runs = new Set(values.contestants.split(','))
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
    const own: Record<HoldfastContestant, Figures[]> = {
      'holdfast-remove': [],
      'holdfast-mute': [],
      'holdfast-revoke': [],
      'holdfast-mute-and-remove': [],
    }
    const loops: Record<'ordinary' | 'break-glass', Figures[]> = { ordinary: [], 'break-glass': [] }
    for (let round = 1; round <= Number(values.rounds); round++) {
      for (const context of ['ordinary', 'break-glass'] as const) {
        const name = context === 'ordinary' ? 'kubectl-ordinary' : 'kubectl-exempt'
        if ('missing' in kubectl || !runs.has(name) || (context === 'ordinary' && round > 1)) continue
        const figures = await raceOne(options, kubectlLoop(kubectl.path, laboratory, context))
        loops[context].push(figures)
        yield { round, ...figures }
      }
      for (const name of OWN.filter(one => runs.has(one))) {
        const contestant = holdfastContestant(name, laboratory)
        const figures = await raceOne(options, contestant)
        own[name].push(figures)
        yield { round, ...figures, ...contestant.notes() }
      }
    }
    if ('missing' in kubectl)
      for (const name of ['kubectl-ordinary', 'kubectl-exempt'])
        yield { contestant: name, skipped: kubectl.missing }
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

/** What does not end the callers themselves lets their running LISTs run out, which keep the seats of slow readers. */
const UNBOUND: readonly HoldfastContestant[] = ['holdfast-mute', 'holdfast-revoke']

/** Holdfast's ways that end the callers are held to both bounds; the others are only told. */
function verdict(own: Record<HoldfastContestant, readonly Figures[]>, loops: readonly Figures[][]) {
  const best = Math.min(...loops.map(healthyAfter))
  const ways = OWN.filter(name => own[name].length > 0).map(name => {
    const races = own[name]
    const back = Math.max(...races.map(({ secondsFromFirstWriteToHealthy: after }) => seconds(after)))
    return { name, healthy: healthyAfter(races), back }
  })
  const failed = ways.filter(
    ({ name, healthy, back }) => !UNBOUND.includes(name) && (healthy > best || back > canaryWithinSeconds),
  )
  if (failed.length > 0) {
    const words = failed.map(
      ({ name, healthy, back }) =>
        `${name} healthy after ${healthy} s, canary back at most ${back} s after its first write`,
    )
    throw new Error(
      `not held: ${words.join('; ')} (the best kubectl loop ${best} s, medians; ${canaryWithinSeconds} s allowed)`,
    )
  }
  const of = (figure: 'healthy' | 'back') => Object.fromEntries(ways.map(way => [way.name, way[figure]]))
  return {
    held: true,
    medianSecondsToHealthy: { ...of('healthy'), bestKubectl: Number.isFinite(best) ? best : null },
    mostSecondsFromFirstWriteToHealthy: of('back'),
  }
}
