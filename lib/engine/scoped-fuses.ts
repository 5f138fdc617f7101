import type { CurveCache } from '../dns/fuse/curve-cache'
import type { FusesDto } from '../wire/fuses'
import { fusesDto } from './dto/fuses-dto'
import { outlookDto } from './dto/outlook-dto'
import { type FleetScope, recordsIn } from './fleet-scope'
import type { World } from './world'

/** The fuses in a scope, with the outlook when it is one cluster. @throws HoldfastError `not-found` */
export function scopedFuses(
  { watch, products }: World,
  scope: FleetScope | undefined,
  curves: CurveCache,
  now: number,
): FusesDto {
  const records = recordsIn(watch.records, scope)
  const fuses = fusesDto(records, watch.fuses, products, now)
  const [record] = records
  if (scope?.cluster === undefined || !record) return fuses
  return { ...fuses, outlook: outlookDto(record, { ...watch, curves }, now) }
}
