/** What the load process is told, as JSON in its first argument. */
export interface LoadOptions {
  kubeconfigPath: string
  /** Context of the identity that lists. */
  context: string
  /** The full LIST of the lock-out: no limit, no resourceVersion. */
  path: string
  /** Rest after a LIST that was served, in seconds; 0 lists again at once. */
  periodSeconds: number
  /** What an agent waits for an answer before it leaves. */
  timeoutSeconds: number
  /** How fast an agent reads, as one does whose container has little CPU; default: as fast as it can. */
  megabytesPerSecond?: number
  /** Never more agents than this, whatever else is asked for. */
  mostAgents: number
  /** One agent for each pod with this label, killed when its pod is gone; without it `callers` sets the number. */
  pods?: { context: string; namespace: string; selector: string }
}

/** Counts since the start of the process, sent to the parent twice a second. */
export interface LoadTick {
  /** Agents that live. */
  agents: number
  /** Of them, how many wait for an answer now. */
  asking: number
  /** LISTs by what became of them: an HTTP status, `timeout` or `broken`. */
  outcomes: Record<string, number>
  bytes: number
  /** Seconds of the LISTs that were served since the last tick. */
  served: number[]
}

export type ToLoad = { type: 'callers'; count: number } | { type: 'stop' }
