/** One way to load a server, and the numbers of concurrent LISTs that are tried one after another. */
export interface Series {
  name: string
  title: string
  /** `--max-requests-inflight` and `--max-mutating-requests-inflight`. */
  inflight: number
  mutating: number
  /** How fast each caller reads, in MB a second; as fast as it can when absent. */
  megabytesPerSecond?: number
  callers: number[]
  settleSeconds: number
  /** How long everybody asks at each step. */
  seconds: number
}

export const overloadSeries: Series[] = [
  {
    name: 'stock',
    title: 'stock limits (400 + 200), quick readers',
    inflight: 400,
    mutating: 200,
    callers: [0, 1, 2, 4, 8, 16, 32, 64],
    settleSeconds: 6,
    seconds: 16,
  },
  {
    name: 'bounded',
    title: 'limits 12 + 6, quick readers',
    inflight: 12,
    mutating: 6,
    callers: [0, 1, 2, 4, 8, 16, 32, 64],
    settleSeconds: 6,
    seconds: 16,
  },
  {
    name: 'slow-readers',
    title: 'limits 12 + 6, readers of 1 MB/s',
    inflight: 12,
    mutating: 6,
    megabytesPerSecond: 1,
    callers: [0, 8, 16, 32, 64],
    settleSeconds: 25,
    seconds: 40,
  },
]

/** Who asks one small request after another while the LISTs run. */
export const askers = ['user', 'account', 'exempt', 'probe', 'metrics'] as const
export type Asker = (typeof askers)[number]
