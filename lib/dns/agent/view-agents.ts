import { viewLivePath } from '../probe/live-path'
import type { SeenLivePath } from '../probe/merge-live-paths'
import type { AgentMemory } from './types'

/** What each replica has seen of the live path, for merging with what others saw. */
export function viewAgents(memory: AgentMemory): SeenLivePath[] {
  return [...memory.values()].flatMap(({ livePath, readings }): SeenLivePath[] => {
    const view = viewLivePath(livePath)
    if (!view) return []
    return [
      {
        origin: 'agent',
        view: view.state === 'failing' && readings.length > 0 ? { ...view, names: readings } : view,
        goodAt: livePath.recent.filter(({ result }) => result === 'nxdomain').map(({ at }) => at),
      },
    ]
  })
}
