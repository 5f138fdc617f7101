import { spawn } from 'node:child_process'
import type { ActuatorAnswer, ActuatorCall } from './actuator'
import { boundedText } from './bounded-text'

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
const TRY_AGAIN = 75

/**
 * One run of the declared arguments, without a shell and without anything of a request among them: the call goes to its
 * standard input. The whole group of processes is killed when `signal` ends it.
 */
export function runCommand(
  { command, environment }: { command: readonly string[]; environment: readonly string[] },
  call: ActuatorCall,
  signal: AbortSignal,
): Promise<ActuatorAnswer> {
  const [file = '', ...args] = command
  return new Promise(resolve => {
    if (signal.aborted) return resolve({ outcome: 'lost', text: 'stopped before it began' })
    const passed = environment.flatMap(name => {
      const value = process.env[name]
      return value === undefined ? [] : [[name, value]]
    })
    const child = spawn(file, args, {
      cwd: '/',
      env: { PATH, ...Object.fromEntries(passed), HOLDFAST_IDEMPOTENCY_KEY: call.idempotencyKey },
      shell: false,
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    const said = boundedText()
    child.stdout.on('data', said.add)
    child.stderr.on('data', said.add)
    // One that does not read what it is told may still do its work.
    child.stdin.on('error', () => {})
    child.stdin.end(`${JSON.stringify(call)}\n`)
    const kill = () => {
      if (child.pid === undefined) return
      try {
        process.kill(-child.pid, 'SIGKILL')
      } catch {
        // It ended by itself meanwhile.
      }
    }
    signal.addEventListener('abort', kill, { once: true })
    const end = (answer: ActuatorAnswer) => {
      signal.removeEventListener('abort', kill)
      resolve(answer)
    }
    child.on('error', error => end({ outcome: 'refused', text: `it could not be started: ${error.message}` }))
    child.on('close', code => {
      // What it left running in its group goes with it.
      kill()
      end({ outcome: outcomeOf(code, call), text: said.text() })
    })
  })
}

function outcomeOf(code: number | null, { mode }: ActuatorCall): ActuatorAnswer['outcome'] {
  if (code === null) return 'lost'
  if (code === 0) return 'done'
  if (code === TRY_AGAIN) return 'not-now'
  return mode === 'check' && code === 1 ? 'not-in-effect' : 'refused'
}
