import { describe, expect, it } from 'vitest'
import { findWorkloads, imageName, type Workload } from './find-workloads'

const workload = (name: string, more: Partial<Workload> = {}): Workload => ({
  kind: 'DaemonSet',
  namespace: 'observability',
  name,
  version: null,
  image: null,
  desiredPods: null,
  readyPods: null,
  createdAt: null,
  changedAt: null,
  ...more,
})

describe('findWorkloads', () => {
  const all = [
    workload('telemetry-collector', { image: 'registry.example/agent:2.0' }),
    workload('api', { kind: 'Deployment', namespace: 'shop', version: '4.1' }),
    workload('api', { namespace: 'search' }),
  ]
  const names = (query: string) => findWorkloads(all, query).map(w => `${w.namespace}/${w.name}`)

  it.each([
    ['', ['observability/telemetry-collector', 'shop/api', 'search/api']],
    ['API', ['shop/api', 'search/api']],
    ['deploy api', ['shop/api']],
    ['agent:2', ['observability/telemetry-collector']],
    ['search/api', ['search/api']],
    ['4.1', ['shop/api']],
    ['api telemetry', []],
    ['.*', []],
  ])('finds by %j', (query, found) => expect(names(query)).toEqual(found))
})

it.each([
  ['nginx', 'nginx'],
  ['registry.example:5000/team/collector:2.0', 'collector:2.0'],
  [`registry.example/collector@sha256:${'ab'.repeat(32)}`, 'collector@abababababab'],
  [`collector:2.0@sha256:${'ab'.repeat(32)}`, 'collector:2.0'],
])('names the image %s as %s', (image, name) => expect(imageName(image)).toBe(name))
