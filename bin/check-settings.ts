import { readSettings, type Settings } from '../lib/engine/settings'
import { HoldfastError } from '../lib/errors'
import { loadFleet } from '../lib/fleet/load-fleet'
import type { FleetProblem } from '../lib/fleet/types'

const MOST_SHOWN = 20

/**
 * Reads settings, holdfast.yaml and kubeconfigs, before anything slow begins. What cannot be used but leaves something
 * to watch is told and goes on: one broken context must not stop the others.
 * @throws HoldfastError `invalid-input` when nothing could ever be watched with them
 */
export async function checkSettings(
  args: string[],
  env: Record<string, string | undefined>,
  tell: (line: string) => void,
): Promise<Settings> {
  const settings = readSettings(args, env)
  const { configPath, kubeconfigPaths } = settings
  if (!configPath && kubeconfigPaths.length === 0) return settings
  const { fleet } = await loadFleet({ configPath, kubeconfigPaths })
  const broken = fleet.clusters.flatMap(({ problem }) => problem ?? [])
  const lines = [...fleet.problems, ...broken].map(inWords)
  const shown = lines.slice(0, MOST_SHOWN)
  if (lines.length > MOST_SHOWN) shown.push(`and ${lines.length - MOST_SHOWN} more`)
  if (fleet.clusters.length === broken.length)
    throw new HoldfastError(
      'invalid-input',
      ['There is no cluster that could be watched.', ...shown].join('\n'),
      {
        where: [configPath, ...kubeconfigPaths].filter(Boolean).join(', '),
        hint: 'Mend these files, or name others with --kubeconfig or under kubeconfigs in holdfast.yaml.',
      },
    )
  for (const line of shown) tell(line)
  return settings
}

function inWords({ message, where, hint }: FleetProblem): string {
  return `${where}: ${message}${hint ? ` (${hint})` : ''}`
}
