/** Control-plane verdicts, from calm to lost. `LockedOut` is measured, never guessed. */
export type ControlPlaneState =
  | 'Healthy'
  | 'Strained'
  | 'Overloaded'
  | 'LockedOut'
  | 'Dark'
  | 'Recovering'
  | 'Unknown'

export interface Reason {
  /** Stable code, e.g. `canary.rejected`, `apf.rejecting`, `etcd.slow`, `webhook.down`, `zone.lost`. */
  code: string
  severity: 'info' | 'warn' | 'critical'
  /** In words with figures: "ordinary callers wait 14 s; 31 % rejected in workload-low". */
  text: string
}

export interface Verdict {
  state: ControlPlaneState
  /** Epoch ms when this state began (the first observation that showed it, not when hysteresis let it through). */
  since: number
  reasons: Reason[]
  /** Epoch ms of the newest evidence; undefined when there is none. */
  evidenceAt?: number
}
