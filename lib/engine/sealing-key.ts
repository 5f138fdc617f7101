import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { HoldfastError } from '../errors'

const KEY_BYTES = 32

/**
 * The key that lies outside the database: given, or kept in the data folder, made there when it is missing.
 * @throws HoldfastError `invalid-input` for a key that is none
 */
export async function readSealingKey(dataDir: string, given: string | undefined): Promise<Buffer> {
  if (given) return checked(given, 'HOLDFAST_SECRET_KEY')
  const file = path.join(dataDir, 'secret.key')
  await writeFile(file, `${randomBytes(KEY_BYTES).toString('base64')}\n`, { flag: 'wx', mode: 0o600 }).catch(
    error => {
      if (error.code !== 'EEXIST') throw error
    },
  )
  return checked(await readFile(file, 'utf8'), file)
}

function checked(text: string, where: string): Buffer {
  const key = Buffer.from(text.trim(), 'base64')
  if (key.length === KEY_BYTES) return key
  throw new HoldfastError('invalid-input', `${where} does not hold 32 bytes in base64.`, {
    where,
    hint: 'Make one with: openssl rand -base64 32',
  })
}
