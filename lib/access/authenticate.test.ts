import { beforeEach, describe, expect, it } from 'vitest'
import { Authenticator } from './authenticate'
import { createProbeToken, createToken } from './create-token'
import { MemoryAccessStore } from './testing/memory-access-store'

const NOW = Date.parse('2024-12-11T23:00:00Z')
const bearer = (secret: string) => new Headers({ authorization: `Bearer ${secret}` })
let store: MemoryAccessStore
let now = NOW
let authenticator: Authenticator

beforeEach(() => {
  now = NOW
  store = new MemoryAccessStore()
  authenticator = new Authenticator(store, () => now)
})

describe('tokens of probe agents', () => {
  it('name their agent and cluster, and open no other door', async () => {
    const { secret } = await createProbeToken(
      store.ledger,
      { name: 'eu 1', clusterId: 'eu-1' },
      'a test',
      NOW,
    )
    expect(await authenticator.authenticateAgent(bearer(secret))).toMatchObject({
      name: 'eu 1',
      clusterId: 'eu-1',
    })
    expect(await authenticator.authenticate(bearer(secret))).toBeUndefined()
    expect(store.dump()).not.toContain(secret)
  })

  it('are no other than the agents’ own: an API token does not speak for a cluster', async () => {
    const { secret } = await createToken(store.ledger, { name: 'ci', role: 'administrator' }, 'a test', NOW)
    expect(await authenticator.authenticate(bearer(secret))).toMatchObject({ role: 'administrator' })
    expect(await authenticator.authenticateAgent(bearer(secret))).toBeUndefined()
    expect(await authenticator.authenticateAgent(new Headers())).toBeUndefined()
    expect(await authenticator.authenticateAgent(bearer(secret.replace('hft', 'hfp')))).toBeUndefined()
  })

  it('end when they expire, ten seconds later at most', async () => {
    const expiresAt = NOW + 60_000
    const { secret } = await createProbeToken(
      store.ledger,
      { name: 'a', clusterId: 'eu-1', expiresAt },
      'a test',
      NOW,
    )
    now = expiresAt - 1_000
    expect(await authenticator.authenticateAgent(bearer(secret))).toBeDefined()
    now = expiresAt + 9_000
    expect(await authenticator.authenticateAgent(bearer(secret))).toBeUndefined()
  })

  it('are known for an hour while the database is away, and new ones are told to wait', async () => {
    const { secret } = await createProbeToken(store.ledger, { name: 'a', clusterId: 'eu-1' }, 'a test', NOW)
    const { secret: other } = await createProbeToken(
      store.ledger,
      { name: 'b', clusterId: 'eu-1' },
      'a test',
      NOW,
    )
    await authenticator.authenticateAgent(bearer(secret))
    store.away = true
    now += 3_000_000
    expect(await authenticator.authenticateAgent(bearer(secret))).toMatchObject({ name: 'a' })
    await expect(authenticator.authenticateAgent(bearer(other))).rejects.toMatchObject({
      code: 'unavailable',
    })
    now += 700_000
    await expect(authenticator.authenticateAgent(bearer(secret))).rejects.toMatchObject({
      code: 'unavailable',
    })
  })

  it.each(['', 'Eu-1', '../x', 'a b', 'x'.repeat(254)])(
    'are not made for a cluster "%s"',
    async clusterId => {
      await expect(
        createProbeToken(store.ledger, { name: 'a', clusterId }, 'a test', NOW),
      ).rejects.toMatchObject({
        code: 'invalid-input',
        where: '--cluster',
      })
      expect(store.tokens.size).toBe(0)
    },
  )
})
