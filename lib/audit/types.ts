/** What is told to the audit; the chain adds its place and its hash. */
export interface AuditDraft {
  /** Epoch ms of the clock. */
  at: number
  /** A person's or token's name, or `holdfast` for what the machine did by itself. */
  actor: string
  /** What was done, e.g. `action.confirmed`, `shot.landed`. */
  verb: string
  /** What it was done to, e.g. `action/4f…`, `shot/9a…`. */
  subject: string
  detail: Record<string, unknown>
}

/** One link: `hash` covers every other field, and through `prevHash` all links before it. */
export interface AuditEntry extends AuditDraft {
  /** 1 for the first entry, without gaps. */
  seq: number
  prevHash: string
  hash: string
}
