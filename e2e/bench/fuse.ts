import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { compare, type FuseFigure } from '../fuse/compare'
import { plotCurves } from '../fuse/plot-curves'
import { runOutage } from '../fuse/run-outage'

/** Held for each configuration and each kind of curve. */
const bound = 0.05
/** A CoreDNS that nothing restarts answers on without the API server; a busy machine may lose a packet. */
const leastAnswered = 0.98

/**
 * The fuse against reality: real CoreDNS and node caches in seven configurations, names looked up by Poisson clients;
 * the API server is stopped, then CoreDNS restarted (T0). One figure a configuration: how far the share of lookups
 * answered, and of names that have not failed, lies from what lib/dns predicts from the Corefiles. `--plot FILE` draws
 * the curves. Takes about four minutes, and a quarter of an hour more when programs must be built first.
 */
export async function* run(args: string[] = []): AsyncGenerator<Record<string, unknown>> {
  const { values } = parseArgs({ args, options: { plot: { type: 'string' }, seed: { type: 'string' } } })
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-fuse-'))
  const say = (line: string) => console.error(line)
  const figures: FuseFigure[] = []
  const skipped: Record<string, unknown>[] = []
  try {
    const outage = await runOutage({ dir: folder, seed: Number(values.seed ?? 11), say })
    skipped.push(...outage.skipped)
    for (const chain of outage.chains) figures.push(compare(chain, outage))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  yield* skipped
  for (const { curves: _, ...figure } of figures) yield { ...figure, bound }
  if (values.plot) {
    const file = resolve(process.env.INIT_CWD ?? '.', values.plot)
    await writeFile(file, plotCurves(figures))
    say(`drawn: ${file}`)
  }
  const failed = figures.filter(figure => !(figure.answeredWhileApiLost >= leastAnswered))
  if (failed.length > 0) {
    throw new Error(`lookups failed before T0: ${failed.map(f => f.configuration).join(', ')}`)
  }
  const broken = figures.filter(figure => !(Math.max(figure.mae, figure.maeNames) <= bound))
  if (broken.length > 0) {
    throw new Error(
      `further than ${bound} from the prediction: ${broken.map(f => f.configuration).join(', ')}`,
    )
  }
}
