/** Somebody who ends the lock-out. */
export interface Contestant {
  name: string
  /** What can be had ready before there is an incident. */
  prepare(): Promise<void>
  /** From the decision on; resolves when nothing more is tried. */
  act(signal: AbortSignal): Promise<void>
  /** What was tried since `act`, and how many requests that took. */
  effort(): Promise<Effort>
  /** Ends everything of it. */
  cleanUp(): Promise<void>
}

export interface Effort {
  attempts: number
  requests: number
}
