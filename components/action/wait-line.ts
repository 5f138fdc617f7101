import type { EffectDto } from '@/lib/wire/actions'

export const LINE = { width: 96, height: 22 } as const
/** From a calm canary to the longest wait of one: a logarithmic height. */
const LEAST_MS = 3
const MOST_MS = 30_000

interface WaitLine {
  /** Path of the served waits; a gap where a try was not served. */
  path: string
  /** Where tries were not served, in pixels from the left. */
  turnedAway: number[]
  /** Where the last write landed. */
  landed: number | null
}

/** What callers waited as a line over time; null where there is too little to draw. */
export function waitLine({ waits, landedAt }: Pick<EffectDto, 'waits' | 'landedAt'>): WaitLine | null {
  const points = waits.map(({ at, ms }) => ({ at: Date.parse(at), ms }))
  const from = points[0]?.at ?? 0
  const span = (points.at(-1)?.at ?? 0) - from
  if (points.length < 2 || span <= 0) return null
  const x = (at: number) => Math.round(((at - from) / span) * LINE.width * 10) / 10
  const y = (ms: number) => {
    const share = Math.log(Math.max(ms, LEAST_MS) / LEAST_MS) / Math.log(MOST_MS / LEAST_MS)
    return Math.round((1 + (1 - Math.min(1, share)) * (LINE.height - 2)) * 10) / 10
  }
  let path = ''
  let isDrawing = false
  for (const { at, ms } of points) {
    if (ms !== null) path += `${isDrawing ? 'L' : 'M'}${x(at)} ${y(ms)}`
    isDrawing = ms !== null
  }
  const landed = landedAt === null ? null : x(Date.parse(landedAt))
  return {
    path,
    turnedAway: points.flatMap(({ at, ms }) => (ms === null ? x(at) : [])),
    landed: landed !== null && landed >= 0 && landed <= LINE.width ? landed : null,
  }
}
