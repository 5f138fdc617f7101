import { isDeepStrictEqual } from 'node:util'
import { shown } from './kubeconfig-values'
import type { KubeconfigEntry, ParsedKubeconfig } from './parse-kubeconfig'
import type { FleetProblem } from './types'

export interface MergedKubeconfig {
  clusters: Map<string, KubeconfigEntry>
  users: Map<string, KubeconfigEntry>
  contexts: Map<string, KubeconfigEntry>
  problems: FleetProblem[]
}

/**
 * Merges as kubectl does with several files in KUBECONFIG: entry by entry, the first file that has a name wins.
 * kubectl is silent about what it hides; here each hidden entry that differs is reported, since two files of the
 * same tool often give different clusters the same name.
 */
export function mergeKubeconfigs(files: ParsedKubeconfig[]): MergedKubeconfig {
  const merged: MergedKubeconfig = {
    clusters: new Map(),
    users: new Map(),
    contexts: new Map(),
    problems: [],
  }
  for (const file of files) {
    merged.problems.push(...file.problems)
    for (const section of ['clusters', 'users', 'contexts'] as const) {
      for (const entry of file[section]) {
        const winner = merged[section].get(entry.name)
        if (!winner) merged[section].set(entry.name, entry)
        else if (!isDeepStrictEqual(winner.value, entry.value))
          merged.problems.push(hidden(section, winner, entry))
      }
    }
  }
  return merged
}

function hidden(section: string, winner: KubeconfigEntry, loser: KubeconfigEntry): FleetProblem {
  return {
    message: `${section} "${shown(loser.name)}" is hidden by a different one of the same name in ${winner.file}; the first file wins, as with kubectl`,
    where: loser.line ? `${loser.file}:${loser.line}` : loser.file,
    hint: 'rename one of them if they are meant to be two',
  }
}
