import { it } from 'vitest'
import type { Session } from './session'

/** An API server that the contract suite can be run against. */
export interface ContractTarget {
  /** Stands in the report, with its version. */
  name: string
  /** It evaluates roles and impersonation as Kubernetes does, so that roles can be tried on it. */
  authorises: boolean
  /** Why it cannot be had on this machine; undefined when it can. */
  missing?: string
  /**
   * What it is known to do otherwise than a real server, by the title of the assertion, with what it does instead.
   * Such an assertion must fail: once it holds, its entry here has to go.
   */
  differences?: Readonly<Record<string, string>>
  /** Brings it up; its `close` takes it down again. */
  open(): Promise<Session>
}

/** Declares one assertion of the contract for the target under test. */
export type Assert = (title: string, check: () => Promise<void>) => void

/** How a target's assertions are declared: those that it is known to break are expected to fail. */
export function assertFor(target: ContractTarget): Assert {
  return (title, check) => {
    const instead = target.differences?.[title]
    if (instead === undefined) it(title, check)
    else it.fails(`differs: ${title} (${instead})`, check)
  }
}
