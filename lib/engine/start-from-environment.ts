import { explainError } from '../errors'
import { type Engine, setEngine } from './engine'
import { nameClients } from './name-clients'
import { readSealingKey } from './sealing-key'
import { readSettings } from './settings'
import { startEngine } from './start-engine'

/**
 * Starts the engine of this process from its environment and ends it cleanly when asked to. What it cannot start with,
 * such as a wrong holdfast.yaml, is told in words and ends the process: a server without an engine helps nobody.
 */
export async function startFromEnvironment(): Promise<void> {
  const engine = await start().catch(error => {
    console.error(explainError(error))
    process.exit(1)
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

async function start(): Promise<Engine> {
  const settings = readSettings([], process.env)
  nameClients(settings.trustedProxies)
  return startEngine({
    ...settings,
    databaseUrl: settings.databaseUrl ?? '',
    sealingKey: await readSealingKey(settings.dataDir, process.env.HOLDFAST_SECRET_KEY),
    simulationControl: process.env.HOLDFAST_SIM_CONTROL || undefined,
  })
}
