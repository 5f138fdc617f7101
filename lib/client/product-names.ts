import type { ProductDto } from '../wire/fleet'

/** Names of products for people, in the order of their ids; an id that nobody named stands for itself. */
export function productNames(ids: readonly string[], known: readonly ProductDto[]): string[] {
  const names = new Map(known.map(({ id, name }) => [id, name]))
  return ids.map(id => names.get(id) ?? id)
}
