import { HoldfastError } from '../errors'
import type { ClusterRecord } from './cluster-record'

/** A part of the fleet; everything by default. */
export interface FleetScope {
  /** Id or name. */
  cluster?: string
  product?: string
  region?: string
}

/** The clusters in a scope, all of its members taken together. @throws HoldfastError `not-found` when there are none */
export function recordsIn(
  records: ReadonlyMap<string, ClusterRecord>,
  { cluster: wanted, product, region }: FleetScope = {},
): ClusterRecord[] {
  const all = [...records.values()]
  const found = all.filter(
    ({ cluster: { id, name, products, region: own } }) =>
      (wanted === undefined || id === wanted || name === wanted) &&
      (product === undefined || products.includes(product)) &&
      (region === undefined || own === region),
  )
  if (found.length === 0 && all.length > 0)
    throw new HoldfastError('not-found', 'No cluster of this fleet is in that scope.', {
      where: 'cluster, product, region',
      hint: 'GET /api/v1/fleet lists the clusters with their products and regions.',
    })
  return found
}
