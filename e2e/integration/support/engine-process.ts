import { spawn } from 'node:child_process'
import path from 'node:path'
import type { ActionPostInput } from '../../../lib/wire/action-request'
import type { ActionDto, ConfirmPost } from '../../../lib/wire/actions'

export type Question =
  | { ask: 'plan'; post: ActionPostInput }
  | { ask: 'confirm'; id: string; post: ConfirmPost }
  | { ask: 'action'; id: string }
  | { ask: 'stop' }

export type Answer = { number: number; value?: unknown; error?: string }

/** The engine with its database in a process of its own. */
export interface EngineProcess {
  databaseUrl: string
  databaseDir: string
  /** The PostgreSQL of a killed process was found running and taken over. */
  adopted: boolean
  plan(post: ActionPostInput): Promise<ActionDto>
  confirm(id: string, post: ConfirmPost): Promise<ActionDto>
  action(id: string): Promise<ActionDto>
  /** SIGKILL to its whole process group; PostgreSQL has a group of its own and outlives it, as in a real crash. */
  kill(): Promise<void>
  stop(): Promise<void>
}

interface Options {
  dataDir: string
  configPath: string
  simulationControl?: string
}

export async function startEngineProcess(options: Options): Promise<EngineProcess> {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', path.join(import.meta.dirname, 'engine-main.ts')],
    {
      cwd: path.resolve(import.meta.dirname, '../../..'),
      env: {
        ...process.env,
        HOLDFAST_DATA_DIR: options.dataDir,
        HOLDFAST_CONFIG: options.configPath,
        HOLDFAST_SIM_CONTROL: options.simulationControl,
      },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      detached: true,
    },
  )
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  const expect = (number: number) =>
    new Promise<unknown>((resolve, reject) => waiting.set(number, { resolve, reject }))
  child.on('message', (answer: Answer) => {
    const asked = waiting.get(answer.number)
    waiting.delete(answer.number)
    if (answer.error === undefined) asked?.resolve(answer.value)
    else asked?.reject(new Error(answer.error))
  })
  const ended = new Promise<void>(resolve =>
    child.once('exit', (code, signal) => {
      for (const { reject } of waiting.values()) reject(new Error(`the engine ended (${signal ?? code})`))
      resolve()
    }),
  )
  let asked = 0
  const ask = (question: Question) => {
    const answer = expect(++asked)
    child.send({ number: asked, question })
    return answer
  }
  const ready = (await expect(0)) as Pick<EngineProcess, 'databaseUrl' | 'databaseDir' | 'adopted'>
  return {
    ...ready,
    plan: async post => (await ask({ ask: 'plan', post })) as ActionDto,
    confirm: async (id, post) => (await ask({ ask: 'confirm', id, post })) as ActionDto,
    action: async id => (await ask({ ask: 'action', id })) as ActionDto,
    async kill() {
      if (child.exitCode === null && child.signalCode === null && child.pid)
        process.kill(-child.pid, 'SIGKILL')
      await ended
    },
    async stop() {
      await ask({ ask: 'stop' })
      child.disconnect()
      await ended
    },
  }
}
