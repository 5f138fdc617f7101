import { performance } from 'node:perf_hooks'
import {
  type CellFigures,
  type Contender,
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
 * every server, beside what a shell loop of kubectl would do. Takes about half a minute.
 */
export function run({ clusters = 1_000, baselineClusters = 60, seed = 11 } = {}) {
  const startedAt = performance.now()
  const cells = gridCells()
  let loadBudgetExceeded = 0
  const grade = (contender: Contender, count: number) =>
    cells.map(cell => {
      const { figures, trials } = runCell(cell, contender, count, seed)
      if (contender === RECOMMENDED) {
        loadBudgetExceeded += trials.filter(trial => overBudget(trial.sends, cell.restarts)).length
      }
      return figures
    })
  const recommended = grade(RECOMMENDED, clusters)
  const baselines = [kubectlLoop('ordinary'), kubectlLoop('exempt')].map(contender => ({
    contender,
    figures: grade(contender, baselineClusters),
  }))
  return {
    bench: 'land',
    seed,
    cells: recommended.map(({ cell, seconds, attempts, timeRatio, attemptsRatio, unlanded, wrong }) => ({
      ...cell,
      seconds: Object.fromEntries(Object.entries(seconds).map(([key, value]) => [key, round(value, 1)])),
      attempts: Object.fromEntries(Object.entries(attempts).map(([key, value]) => [key, round(value, 1)])),
      timeRatio: round(timeRatio),
      attemptsRatio: round(attemptsRatio),
      unlanded,
      wrong,
    })),
    summary: [
      summary(RECOMMENDED.name, clusters, recommended),
      ...baselines.map(({ contender, figures }) => summary(contender.name, baselineClusters, figures)),
    ],
    loadBudgetExceeded,
    wallSeconds: round((performance.now() - startedAt) / 1000, 1),
  }
}
