import { setEngine } from './engine'
import { readSettings } from './settings'
import { startEngine } from './start-engine'

/** Starts the engine of this process from its environment and ends it cleanly when asked to. */
export async function startFromEnvironment(): Promise<void> {
  const settings = readSettings([], process.env)
  const engine = await startEngine({
    ...settings,
    databaseUrl: settings.databaseUrl ?? '',
    simulationControl: process.env.HOLDFAST_SIM_CONTROL || undefined,
  })
  setEngine(engine)
  let stopping = false
  const stop = async () => {
    if (stopping) return
    stopping = true
    setEngine(undefined)
    await engine.stop()
    process.exit(0)
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  // The supervisor was killed: nobody else would end this process.
  if (process.env.HOLDFAST_SUPERVISED) process.on('disconnect', stop)
}
