import type { Resolver } from '../model/lookup-records'
import type { Band } from '../types'
import type { CurveCache } from './curve-cache'
import { type Weights, weightedBand } from './read-curve'
import { type FuseShape, PATIENT } from './shape'

/** Ways of resolving names that end at different times when CoreDNS is lost. */
export type ProgramKind = 'patient' | 'hasty' | 'musl' | 'musl-ipv4'

/** `svc.namespace` is found at the second name of the search path. */
const SEARCH = 1
/** Seconds that a hasty program waits for a name. */
const HASTY_SECONDS = 10

export const PROGRAMS: Record<ProgramKind, Resolver> = {
  patient: PATIENT,
  hasty: { libc: 'glibc', search: SEARCH, families: 2, deadline: HASTY_SECONDS },
  musl: { libc: 'musl', search: SEARCH, families: 2 },
  'musl-ipv4': { libc: 'musl', search: SEARCH, families: 1 },
}

/** The same programs, once they write names in full or their pods have a low ndots: nothing is searched for. */
export function withFullNames(kind: ProgramKind): Resolver {
  return { ...PROGRAMS[kind], search: 0 }
}

/** Seconds after the anchor at which such programs begin to fail, and have nothing left. */
export interface ProgramLife {
  felt: Band
  dry: Band
}

export function programLife(
  shape: FuseShape,
  program: Resolver,
  curves: CurveCache,
  weights?: Weights,
): ProgramLife {
  const curve = curves.get({ ...shape, program })
  return { felt: weightedBand(curve.firstFailure, weights), dry: weightedBand(curve.dry, weights) }
}
