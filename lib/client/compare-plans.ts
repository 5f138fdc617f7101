import type { ActionDto } from '../wire/actions'

type Plan = Pick<ActionDto, 'targets' | 'guards' | 'leftOut' | 'request' | 'blastRadius'>

export interface Difference {
  /** What it is about: a cluster, a guard, a figure. */
  name: string
  before: string
  after: string
}

export interface PlanDifferences {
  asked: Difference[]
  targets: Difference[]
  guards: Difference[]
}

const NOT = 'not part of it'

/** What differs between two plans. Comparing a plan with itself finds nothing; the other way round swaps sides. */
export function comparePlans(before: Plan, after: Plan): PlanDifferences {
  return {
    asked: differing(askedOf(before), askedOf(after), ''),
    targets: differing(targetsOf(before), targetsOf(after), NOT),
    guards: differing(guardsOf(before), guardsOf(after), 'not asked'),
  }
}

function differing(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
  none: string,
): Difference[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort()
  return names.flatMap(name => {
    const [was, is] = [before.get(name) ?? none, after.get(name) ?? none]
    return was === is ? [] : [{ name, before: was, after: is }]
  })
}

function askedOf({ request, blastRadius }: Plan): Map<string, string> {
  const { clusterIds, reason: _words, target, ...rest } = request
  return new Map([
    ['target', `${target.kind} ${target.name}`],
    ['where', clusterIds ? `${clusterIds.length} named` : 'every cluster that carries it'],
    ...Object.entries(rest).map(([key, value]): [string, string] => [
      key,
      typeof value === 'object' ? JSON.stringify(value) : String(value),
    ]),
    ['clusters', String(blastRadius.clusters)],
    ['nodes', String(blastRadius.nodes)],
    ['pods', String(blastRadius.pods)],
    ['products', blastRadius.products.join(', ')],
  ])
}

function targetsOf({ targets, leftOut }: Plan): Map<string, string> {
  return new Map([
    ...leftOut.map((one): [string, string] => [one.clusterName, `left out: ${one.reason}`]),
    ...targets.map((one): [string, string] => [
      one.clusterName,
      [
        `wave ${one.wave}`,
        one.verification.kind === 'dry-run' ? 'dry run passed' : 'from a snapshot',
        ...one.steps.map(({ text }) => text),
      ].join('; '),
    ]),
  ])
}

function guardsOf({ guards }: Plan): Map<string, string> {
  return new Map(guards.map(({ guard, verdict, text }) => [guard, `${verdict}: ${text}`]))
}
