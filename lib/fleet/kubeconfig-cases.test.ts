import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadFleet } from './load-fleet'

const root = process.env.HOLDFAST_CASES
const folder = root ? join(root, 'kubeconfigs') : ''

interface Case {
  case: string
  files: string[]
  contexts?: Record<
    string,
    { server?: string; clusterDefined: boolean; kubectl: { firstRequest: string | null } }
  >
}

const cases: Case[] = existsSync(join(folder, 'expected.json'))
  ? JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')).cases
  : []

describe('kubeconfigs of public projects, judged by kubectl', () => {
  if (cases.length === 0) {
    it.skip('skipped: HOLDFAST_CASES does not name a folder with kubeconfigs/expected.json')
    return
  }

  it.each(cases)('$case', async ({ files, contexts = {} }) => {
    const { fleet } = await loadFleet({ kubeconfigPaths: files.map(file => join(folder, file)) })
    const lanes = new Map(
      fleet.clusters.flatMap(cluster => cluster.lanes).map(lane => [lane.source.context, lane]),
    )
    const messages = fleet.clusters.flatMap(({ problem, warnings = [] }) =>
      problem ? [problem, ...warnings] : warnings,
    )
    for (const [name, expected] of Object.entries(contexts)) {
      const lane = lanes.get(name)
      const usable =
        expected.kubectl.firstRequest !== null && expected.clusterDefined && expected.server !== ''
      if (lane) expect(lane.endpoint.server, name).toBe(expected.server)
      else {
        expect(messages.map(({ message }) => message).join('\n'), name).toContain(`context "${name}"`)
        // A scheme that HTTP does not know fails in kubectl too, only later.
        expect(usable && /^https?:/.test(expected.server ?? ''), name).toBe(false)
      }
    }
    for (const lane of lanes.values())
      expect(Object.keys(contexts).length === 0 || contexts[lane.source.context]).toBeTruthy()
  })
})
