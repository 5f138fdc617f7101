// Holdfast's engine and database in a process of their own, steered over its IPC channel, so that it can be killed.
import { startEngine } from '../../../lib/engine/start-engine'
import { startDatabase } from './database'
import type { Answer, Question } from './engine-process'

const { HOLDFAST_DATA_DIR = '', HOLDFAST_CONFIG = '', HOLDFAST_SIM_CONTROL } = process.env
const database = await startDatabase(HOLDFAST_DATA_DIR)
const engine = await startEngine({
  databaseUrl: database.url,
  configPath: HOLDFAST_CONFIG,
  kubeconfigPaths: [],
  simulationControl: HOLDFAST_SIM_CONTROL,
})
const person = { name: 'test person', role: 'commander', via: 'token', id: 'test' } as const

async function answer(question: Question): Promise<unknown> {
  switch (question.ask) {
    case 'plan':
      return engine.actions.plan(question.post, person)
    case 'confirm':
      return engine.actions.confirm(question.id, question.post, person)
    case 'action':
      return engine.actions.get(question.id)
    case 'stop':
      await engine.stop()
      await database.stop()
      return undefined
  }
}

const send = (message: Answer) => process.send?.(message)

process.on('message', async ({ number, question }: { number: number; question: Question }) => {
  try {
    send({ number, value: await answer(question) })
  } catch (error) {
    send({ number, error: error instanceof Error ? error.message : String(error) })
  }
})
process.on('disconnect', () => process.exit(0))
send({
  number: 0,
  value: { databaseUrl: database.url, databaseDir: database.dataDir, adopted: database.adopted },
})
