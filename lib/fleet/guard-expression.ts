import { type ASTNode, Environment } from '@marcbachmann/cel-js'

/** One cluster of a plan, as an operator's guard sees it. */
export interface GuardCluster {
  id: string
  name: string
  region: string
  environment: string
  products: string[]
  labels: Record<string, string>
  nodes: number
  /** 0 when not known. */
  pods: number
  /** Of its control plane, such as `LockedOut`. */
  state: string
  /** Whether its API server was asked for a dry run just now. */
  dryRun: boolean
  /** `argocd`, `flux` or `helm` when one of them would put it back, else empty. */
  gitOps: string
}

/** What an operator's guard is asked about: the plan, and the moment. */
export interface GuardView {
  plan: {
    /** `remove-service`, `mute-caller`, … */
    kind: string
    /** 0 harmless, 1 reversible and narrow, 2 wide or hard to take back. */
    tier: number
    /** Empty while it is planned; that of the person when it is confirmed. */
    reason: string
    targetKind: string
    /** Empty for users and groups. */
    namespace: string
    name: string
    /** Of the fleet, by clusters or nodes, whichever is more: 0 to 1. */
    share: number
    nodes: number
    pods: number
    products: string[]
    /** Whether an incident is open. */
    incident: boolean
  }
  clusters: GuardCluster[]
  /** People's time. */
  now: Date
}

const MAX_NODES = 500
const MAX_DEPTH = 32

const environment = new Environment({ limits: { maxAstNodes: MAX_NODES, maxDepth: MAX_DEPTH } })
  .registerType('Cluster', {
    fields: {
      id: 'string',
      name: 'string',
      region: 'string',
      environment: 'string',
      products: 'list<string>',
      labels: 'map<string, string>',
      nodes: 'int',
      pods: 'int',
      state: 'string',
      dryRun: 'bool',
      gitOps: 'string',
    } satisfies Record<keyof GuardCluster, string>,
  })
  .registerVariable({
    name: 'plan',
    schema: {
      kind: 'string',
      tier: 'int',
      reason: 'string',
      targetKind: 'string',
      namespace: 'string',
      name: 'string',
      share: 'double',
      nodes: 'int',
      pods: 'int',
      products: 'list<string>',
      incident: 'bool',
    } satisfies Record<keyof GuardView['plan'], string>,
  })
  .registerVariable('clusters', 'list<Cluster>')
  .registerVariable('now', 'google.protobuf.Timestamp')

export type GuardExpression = (view: GuardView) => boolean

/**
 * Reads a CEL expression over `plan`, `clusters` and `now`, and checks its types.
 * @returns what asks it; that throws when the expression fails at a value, such as a label that is not there
 * @throws Error that says in one line what is wrong with the expression
 */
export function compileGuardExpression(text: string): GuardExpression {
  const { valid, type, error } = environment.check(text)
  if (!valid) throw new Error(firstLine(error?.message ?? 'it cannot be read'))
  if (type !== 'bool') throw new Error(`it gives ${type}, and must be true or false`)
  const evaluate = environment.parse(text)
  // Names come from clusters: a pattern that backtracks would let one of them stop the process.
  if (callsMatches(evaluate.ast))
    throw new Error('matches() is not offered: use startsWith, endsWith, contains or `in`')
  return ({ plan, clusters, now }) => {
    try {
      return evaluate({
        plan: { ...plan, tier: BigInt(plan.tier), nodes: BigInt(plan.nodes), pods: BigInt(plan.pods) },
        clusters: clusters.map(one => ({ ...one, nodes: BigInt(one.nodes), pods: BigInt(one.pods) })),
        now,
      })
    } catch (cause) {
      throw new Error(firstLine(cause instanceof Error ? cause.message : String(cause)), { cause })
    }
  }
}

const firstLine = (text: string) => (text.split('\n')[0] ?? '').slice(0, 300)

function callsMatches({ op, args }: ASTNode): boolean {
  if ((op === 'rcall' || op === 'call') && args[0] === 'matches') return true
  return nodesIn(args).some(callsMatches)
}

function nodesIn(value: unknown): ASTNode[] {
  if (Array.isArray(value)) return value.flatMap(nodesIn)
  return isNode(value) ? [value] : []
}

const isNode = (value: unknown): value is ASTNode =>
  typeof value === 'object' && value !== null && 'op' in value && 'args' in value
