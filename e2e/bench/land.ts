import { performance } from 'node:perf_hooks'
import {
  type CellFigures,
  geometricMean,
  gridCells,
  kubectlLoop,
  RECOMMENDED,
  runCell,
} from '../../lib/action/testing/landing-grid'

interface PolicySummary {
  policy: string
  clustersPerCell: number
  timeRatio: { geometricMean: number; worst: number }
  attemptsRatio: { geometricMean: number; worst: number }
  wrong: number
  unlanded: number
}

const round = (value: number, digits = 3) => Number(value.toFixed(digits))

function summary(policy: string, clustersPerCell: number, cells: CellFigures[]): PolicySummary {
  const spread = (values: number[]) => ({
    geometricMean: round(geometricMean(values)),
    worst: round(Math.max(...values)),
  })
  return {
    policy,
    clustersPerCell,
    timeRatio: spread(cells.map(cell => cell.timeRatio)),
    attemptsRatio: spread(cells.map(cell => cell.attemptsRatio)),
    wrong: cells.reduce((sum, cell) => sum + cell.wrong, 0),
    unlanded: cells.reduce((sum, cell) => sum + cell.unlanded, 0),
  }
}

/** A send budget of 6 at once and 24 a minute, and 12 more for each restart of one of three servers. */
function overBudget(sends: number[], restarts: boolean): boolean {
  if (restarts) return false
  return sends.some((at, i) => i + 1 > 6 + 0.4 * at + 1)
}

/**
 * Time and attempts of the landing policy over 40 kinds of lock-out, as ratios to a waiter with perfect hands at
 * every server, beside what a shell loop of kubectl would do. Arguments: clusters a cell (1000), seed (11). One figure
 * a cell, then one a policy. Takes about half a minute.
 */
export function* run([clustersGiven, seedGiven]: string[] = []): Generator<Record<string, unknown>> {
  const clusters = Number(clustersGiven ?? 1_000)
  const seed = Number(seedGiven ?? 11)
  const startedAt = performance.now()
  const cells = gridCells()
  const recommended: CellFigures[] = []
  let loadBudgetExceeded = 0
  for (const cell of cells) {
    const { figures, trials } = runCell(cell, RECOMMENDED, clusters, seed)
    recommended.push(figures)
    loadBudgetExceeded += trials.filter(trial => overBudget(trial.sends, cell.restarts)).length
    yield { ...cell, policy: figures.policy, ...rounded(figures) }
  }
  yield { ...summary(RECOMMENDED.name, clusters, recommended), loadBudgetExceeded }
  for (const contender of [kubectlLoop('ordinary'), kubectlLoop('exempt')]) {
    const count = Math.ceil(clusters / 16)
    const figures = cells.map(cell => runCell(cell, contender, count, seed).figures)
    yield { ...summary(contender.name, count, figures) }
  }
  yield { wallSeconds: round((performance.now() - startedAt) / 1000, 1) }
}

function rounded({ seconds, attempts, timeRatio, attemptsRatio, unlanded, wrong }: CellFigures) {
  const spread = (values: Record<string, number>) =>
    Object.fromEntries(Object.entries(values).map(([key, value]) => [key, round(value, 1)]))
  return {
    seconds: spread(seconds),
    attempts: spread(attempts),
    timeRatio: round(timeRatio),
    attemptsRatio: round(attemptsRatio),
    unlanded,
    wrong,
  }
}
