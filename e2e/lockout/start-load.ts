import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { LoadOptions, LoadTick, ToLoad } from './load-options'

const program = fileURLToPath(new URL('./load-process.ts', import.meta.url))

export interface Load {
  /** The number of agents, where no pods set it. */
  setCallers(count: number): void
  /** What the process said last. */
  latest(): LoadTick
  /** Seconds of the LISTs that were served since this was last asked. */
  takeServed(): number[]
  /** Resolves when the process is gone. */
  stop(): Promise<void>
}

/** Starts the telemetry service's agents in a process of their own, which cannot outlive this one. */
export async function startLoad(options: LoadOptions): Promise<Load> {
  const child = spawn(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), program, JSON.stringify(options)],
    {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    },
  )
  let tick: LoadTick = { agents: 0, asking: 0, outcomes: {}, bytes: 0, served: [] }
  let served: number[] = []
  let ended: string | undefined
  child.on('message', (message: LoadTick) => {
    tick = message
    served.push(...message.served)
  })
  const gone = once(child, 'exit').then(([code, signal]) => {
    ended = `the load process ended by itself (${signal ?? code})`
  })
  await Promise.race([once(child, 'message'), gone])
  if (ended) throw new Error(ended)
  const tell = (message: ToLoad) => {
    if (ended) throw new Error(ended)
    child.send(message)
  }
  return {
    setCallers: count => tell({ type: 'callers', count }),
    latest() {
      if (ended) throw new Error(ended)
      return tick
    },
    takeServed() {
      const taken = served
      served = []
      return taken
    },
    async stop() {
      if (!ended) child.kill('SIGKILL')
      await gone
    },
  }
}
