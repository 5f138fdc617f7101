import { readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { HoldfastError } from '../lib/errors'

/**
 * One Holdfast a data folder. A lock whose process has ended (or whose number now belongs to another program) is void.
 * @returns the release
 * @throws HoldfastError `conflict` naming the process that holds it
 */
export async function takeDataDir(dataDir: string): Promise<() => Promise<void>> {
  const file = path.join(dataDir, 'holdfast.pid')
  const pid = Number.parseInt(await readFile(file, 'utf8').catch(() => ''), 10)
  if (pid > 0 && pid !== process.pid && (await isHoldfast(pid)))
    throw new HoldfastError('conflict', `Holdfast already runs with this data folder (process ${pid}).`, {
      hint: `Stop it first (kill ${pid}), or give another folder with --data.`,
    })
  await writeFile(file, `${process.pid}\n`)
  return () => rm(file, { force: true })
}

async function isHoldfast(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0)
  } catch (error) {
    // EPERM: it lives, as another user's.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false
  }
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined)
  return command === undefined || command.includes('serve.ts')
}
