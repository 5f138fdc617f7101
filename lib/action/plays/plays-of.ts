import type { PlayConfig } from '../../fleet/play-schema'
import { SHIPPED_PLAYS } from './shipped-plays'
import type { Play } from './types'

/** Shipped plays with the operator's in the place of those whose id they have, then the operator's others. */
export function playsOf(declared: readonly PlayConfig[]): Play[] {
  const own = new Map(declared.map(play => [play.id, { ...play, isShipped: false }]))
  const shipped = SHIPPED_PLAYS.map(play => own.get(play.id) ?? play)
  const others = [...own.values()].filter(({ id }) => !SHIPPED_PLAYS.some(play => play.id === id))
  return [...shipped, ...others]
}
