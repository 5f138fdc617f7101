import type { ActionDto } from './actions'

/** Names and reasons come from clusters and people: nothing of them is markup, and none breaks a table. */
function plain(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_[\]<>|#~]/g, '\\$&')
}

const row = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`
const table = (head: readonly string[], rows: readonly (readonly (string | number)[])[]) =>
  rows.length === 0 ? [] : [row(head), row(head.map(() => '---')), ...rows.map(row), '']

/** A plan to be read and sent around: what it would do where, what speaks against it, and how it is taken back. */
export function actionMarkdown(action: ActionDto): string {
  const { target, blastRadius: blast, approval } = action
  const where = target.namespace ? `${target.namespace}/${target.name}` : target.name
  const lines = [
    `# ${plain(action.title)}`,
    '',
    `- Target: ${target.kind} ${plain(where)}`,
    `- State: ${action.state}, planned by ${plain(action.by)} at ${action.plannedAt}`,
    ...(action.confirmedAt ? [`- Confirmed at ${action.confirmedAt}`] : []),
    ...(action.reason ? [`- Reason: ${plain(action.reason)}`] : []),
    ...(approval?.answer
      ? [`- ${plain(approval.answer.by)}: ${approval.answer.kind} at ${approval.answer.at}`]
      : []),
    `- Clusters: ${blast.clusters} of ${blast.fleetClusters}, nodes: ${blast.nodes}, pods: ${blast.pods}`,
    ...(blast.products.length > 0 ? [`- Products: ${blast.products.map(plain).join(', ')}`] : []),
    `- Digest: \`${action.digest}\``,
    `- Undo: ${plain(action.undoStatement)}`,
    '',
    '## Guards',
    '',
    ...table(
      ['Verdict', 'Guard', 'What it says'],
      action.guards.map(({ verdict, guard, text }) => [verdict, plain(guard), plain(text)]),
    ),
    '## Targets',
    '',
    ...table(
      ['Cluster', 'Wave', 'Nodes', 'Pods', 'State when planned', 'Checked by', 'Steps'],
      action.targets.map(one => [
        plain(one.clusterName),
        one.wave,
        one.nodes,
        one.pods ?? 'not known',
        plain(one.state),
        one.verification.kind === 'dry-run' ? 'dry run' : `snapshot of ${one.verification.at}`,
        one.steps.map(step => plain(step.text)).join('; '),
      ]),
    ),
    ...(action.leftOut.length > 0 ? ['## Left out', ''] : []),
    ...table(
      ['Cluster', 'Why'],
      action.leftOut.map(one => [plain(one.clusterName), plain(one.reason)]),
    ),
  ]
  return `${lines.join('\n').trimEnd()}\n`
}
