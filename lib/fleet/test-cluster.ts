import type { Cluster } from './types'

/** A cluster for tests that ask it nothing: no region, no products, no way in, but what is given. */
export function testCluster(id: string, more: Partial<Cluster> = {}): Cluster {
  const bare = { region: '', products: [], environment: '', labels: {}, lanes: [], resolvers: [] }
  return { id, name: id, ...bare, ...more }
}
