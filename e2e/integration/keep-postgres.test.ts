import { rm } from 'node:fs/promises'
import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { keepPostgres } from '../../bin/keep-postgres'
import { startEmbeddedPostgres } from '../../lib/store/embedded-postgres'
import { killDatabase } from './support/database'
import { temporaryFolder } from './support/temporary-folder'
import { until } from './support/until'

describe('keeping PostgreSQL', () => {
  it('starts it again at the same address after it was killed', async () => {
    const dir = await temporaryFolder('keep')
    const database = await startEmbeddedPostgres(dir)
    const ending = new AbortController()
    const keeping = keepPostgres(database, dir, ending.signal)
    try {
      await killDatabase(database)
      const answer = await until('an answer', async () => {
        const client = new pg.Client({ connectionString: database.url })
        await client.connect()
        const { rows } = await client.query<{ one: number }>('select 1 as one')
        await client.end()
        return rows[0]?.one
      })
      expect(answer).toBe(1)
    } finally {
      ending.abort()
      await keeping
      await database.stop()
      await rm(dir, { recursive: true, force: true })
    }
  })
})
