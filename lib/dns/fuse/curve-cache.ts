import { buildCurve } from './build-curve'
import type { FuseCurve } from './read-curve'
import { type FuseShape, shapeKey } from './shape'

/** Clusters of one make share a shape; this many different ones are more than a fleet has. */
const MAX_CURVES = 2048

/** Curves by shape. Building one takes a millisecond or two, reading one costs nothing. */
export class CurveCache {
  readonly #curves = new Map<string, FuseCurve>()

  get(shape: FuseShape): FuseCurve {
    const key = shapeKey(shape)
    let curve = this.#curves.get(key)
    if (!curve) {
      curve = buildCurve(shape)
      if (this.#curves.size >= MAX_CURVES) {
        const [oldest] = this.#curves.keys()
        if (oldest !== undefined) this.#curves.delete(oldest)
      }
      this.#curves.set(key, curve)
    }
    return curve
  }
}
