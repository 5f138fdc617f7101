import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { ifWoken } from '../lib/clock/if-woken'
import { wallSleep } from '../lib/clock/system-clock'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../lib/store/embedded-postgres'

const LOOK_EVERY_MS = 3_000

/**
 * Starts the embedded PostgreSQL again, at the same address, whenever its process has ended, until the signal aborts.
 * One that lives and answers slowly is left alone.
 */
export async function keepPostgres(
  database: EmbeddedPostgres,
  dataDir: string,
  signal: AbortSignal,
): Promise<void> {
  let told = false
  while (!signal.aborted) {
    await wallSleep(LOOK_EVERY_MS, signal).catch(ifWoken(signal))
    if (signal.aborted || (await isRunning(database))) continue
    try {
      await startEmbeddedPostgres(dataDir)
      console.error('PostgreSQL had ended by itself and was started again.')
      told = false
    } catch (error) {
      if (!told) console.error(error instanceof Error ? error.message : error)
      told = true
    }
  }
}

async function isRunning({ dataDir }: EmbeddedPostgres): Promise<boolean> {
  const pid = Number.parseInt(
    await readFile(path.join(dataDir, 'postmaster.pid'), 'utf8').catch(() => ''),
    10,
  )
  if (!(pid > 1)) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
