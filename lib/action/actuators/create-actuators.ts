import type { Clock } from '../../clock/clock'
import { ifWoken } from '../../clock/if-woken'
import type { Actuators } from './actuator'
import { callWebhook } from './call-webhook'
import { runCommand } from './run-command'

/** Processes of ours at once; more wait their turn. */
const AT_ONCE = 8
/** People wait for a plan. */
const DRY_RUN_MS = 20_000

export interface ActuatorsDeps {
  /** Real time: what actuators do is never simulated. */
  clock: Clock
  /** Every call with what came of it, for the log. */
  onCall(line: string): void
}

/** Runs commands and calls webhooks, a few at a time, each within its declared time. */
export function createActuators({ clock, onCall }: ActuatorsDeps): Actuators {
  let running = 0
  const waiting: (() => void)[] = []

  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (running >= AT_ONCE) await new Promise<void>(resolve => waiting.push(resolve))
    else running++
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }

  return {
    call: (actuator, call, signal) =>
      inTurn(async () => {
        const late = new AbortController()
        const ended = new AbortController()
        const timeoutMs =
          call.mode === 'dry-run' ? Math.min(actuator.timeoutMs, DRY_RUN_MS) : actuator.timeoutMs
        const timer = clock
          .sleep(timeoutMs, ended.signal)
          .then(() => late.abort(new Error(`it took longer than ${timeoutMs / 1000} s`)))
          .catch(ifWoken(ended.signal))
        const within = AbortSignal.any([late.signal, signal])
        const { run } = actuator
        const answer =
          'url' in run ? await callWebhook(run, call, within) : await runCommand(run, call, within)
        ended.abort(new Error('answered'))
        await timer
        const told =
          late.signal.aborted && answer.outcome === 'lost' ? `${answer.text} (out of time)` : answer.text
        onCall(
          `actuator ${actuator.name} ${call.mode} on ${call.cluster.name} (${call.idempotencyKey}): ${answer.outcome} ${told}`,
        )
        return { ...answer, text: told.trim() }
      }),
  }
}
