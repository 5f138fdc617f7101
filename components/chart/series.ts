/** One line of a chart. */
export interface Series {
  name: string
  /** `t` in seconds relative to now; null = no value, a gap and never a zero. */
  points: { t: number; value: number | null }[]
  dashed: boolean
}
