/** The browser's own clock and timers, in one place so that everything else can be tested with a stepped one. */
export interface BrowserTime {
  /** Epoch ms of this machine's wall clock; may differ from the server's. */
  now(): number
  after(ms: number, run: () => void): () => void
  random(): number
}

export const browserTime: BrowserTime = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
  random: () => Math.random(),
}
