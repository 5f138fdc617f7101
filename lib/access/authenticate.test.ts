import { beforeEach, describe, expect, it } from 'vitest'
import { Authenticator } from './authenticate'
import { createProbeToken, createToken } from './create-token'
import type { AccessStore } from './store'
import type { ApiToken, ProbeToken } from './types'

const NOW = Date.parse('2024-12-11T23:00:00Z')
const unused = () => Promise.reject(new Error('not asked for here'))

/** Tokens in memory; `away` makes every look fail, as without a database. */
class MemoryTokens implements AccessStore {
  away = false
  readonly api = new Map<string, ApiToken>()
  readonly probes = new Map<string, ProbeToken>()
  createLink = unused
  redeemLink = unused
  createSession = unused
  findSession = unused
  revokeSession = unused
  countSessions = unused
  async createToken({ tokenHash, ...token }: ApiToken & { tokenHash: string }) {
    this.api.set(tokenHash, token)
  }
  async findToken(hash: string) {
    if (this.away) throw new Error('away')
    const token = this.api.get(hash)
    return token && { id: token.id, name: token.name, role: token.role, via: 'token' as const }
  }
  async createProbeToken({ tokenHash, ...token }: ProbeToken & { tokenHash: string }) {
    this.probes.set(tokenHash, token)
  }
  async findProbeToken(hash: string, now: number) {
    if (this.away) throw new Error('away')
    const token = this.probes.get(hash)
    return token && (token.expiresAt ?? now + 1) > now ? token : undefined
  }
}

const bearer = (secret: string) => new Headers({ authorization: `Bearer ${secret}` })
let store: MemoryTokens
let now = NOW
let authenticator: Authenticator

beforeEach(() => {
  now = NOW
  store = new MemoryTokens()
  authenticator = new Authenticator(store, () => now)
})

describe('tokens of probe agents', () => {
  it('name their agent and cluster, and open no other door', async () => {
    const { secret } = await createProbeToken(store, { name: 'eu 1', clusterId: 'eu-1' }, NOW)
    expect(await authenticator.authenticateAgent(bearer(secret))).toMatchObject({
      name: 'eu 1',
      clusterId: 'eu-1',
    })
    expect(await authenticator.authenticate(bearer(secret))).toBeUndefined()
    expect(JSON.stringify([...store.probes])).not.toContain(secret)
  })

  it('are no other than the agents’ own: an API token does not speak for a cluster', async () => {
    const { secret } = await createToken(store, { name: 'ci', role: 'administrator' }, NOW)
    expect(await authenticator.authenticate(bearer(secret))).toMatchObject({ role: 'administrator' })
    expect(await authenticator.authenticateAgent(bearer(secret))).toBeUndefined()
    expect(await authenticator.authenticateAgent(new Headers())).toBeUndefined()
    expect(await authenticator.authenticateAgent(bearer(secret.replace('hft', 'hfp')))).toBeUndefined()
  })

  it('end when they expire, ten seconds later at most', async () => {
    const expiresAt = NOW + 60_000
    const { secret } = await createProbeToken(store, { name: 'a', clusterId: 'eu-1', expiresAt }, NOW)
    now = expiresAt - 1_000
    expect(await authenticator.authenticateAgent(bearer(secret))).toBeDefined()
    now = expiresAt + 9_000
    expect(await authenticator.authenticateAgent(bearer(secret))).toBeUndefined()
  })

  it('are known for an hour while the database is away, and new ones are told to wait', async () => {
    const { secret } = await createProbeToken(store, { name: 'a', clusterId: 'eu-1' }, NOW)
    const { secret: other } = await createProbeToken(store, { name: 'b', clusterId: 'eu-1' }, NOW)
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
      await expect(createProbeToken(store, { name: 'a', clusterId }, NOW)).rejects.toMatchObject({
        code: 'invalid-input',
        where: '--cluster',
      })
      expect(store.probes.size).toBe(0)
    },
  )
})
