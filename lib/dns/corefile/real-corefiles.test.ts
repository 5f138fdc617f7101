import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readCorefile } from './read-corefile'
import type { CacheOptions, CorefileServer } from './types'

/** What a careful reader concludes from a Corefile; see the `corefiles` part of the cases' own README. */
interface ExpectedCase {
  file: string
  expected: {
    ok: boolean | 'either'
    servers?: Record<string, unknown>[]
    envVars?: string[]
    errors?: { line: number }[]
  }
}
type ExpectedCache = Record<string, unknown> & {
  serveStale: Record<string, unknown> | null
  servfail: number
}

const folder = process.env.HOLDFAST_CASES && join(process.env.HOLDFAST_CASES, 'corefiles')
const load = <T>(name: string): T => JSON.parse(readFileSync(join(folder ?? '', name), 'utf8')) as T

function asExpected(cache: CacheOptions | null) {
  if (!cache) return null
  const { line: _line, servfailSeconds, ...rest } = cache
  return { ...rest, servfail: servfailSeconds }
}

function withoutOff(cache: ExpectedCache | null) {
  if (!cache?.serveStale) return cache
  const { off: _off, ...serveStale } = cache.serveStale
  return { ...cache, serveStale }
}

function summary(server: CorefileServer) {
  const { kubernetes: k, hosts: h } = server
  return {
    keys: server.keys,
    zones: server.zones,
    plugins: server.plugins,
    cache: asExpected(server.cache),
    forward: server.forward.map(({ plugin, from, to }) => ({ plugin, from, to })),
    kubernetes: k && {
      zones: k.zones,
      ttl: k.ttlSeconds,
      pods: k.pods,
      fallthrough: k.fallthrough,
      endpoint: k.endpoint,
    },
    reload: server.reload,
    hosts: h && {
      ttl: h.ttlSeconds,
      reloadSeconds: h.reloadSeconds,
      inline: h.inline,
      file: h.file,
      fallthrough: h.fallthrough !== null,
    },
    bind: server.bind,
    prometheus: server.prometheus,
    unknownDirectives: server.unknownDirectives,
  }
}

function expectedSummary(server: Record<string, unknown>) {
  const kubernetes = server.kubernetes as Record<string, unknown> | null
  const { legacyOptions: _legacy, ...known } = kubernetes ?? {}
  return {
    ...server,
    cache: withoutOff(server.cache as ExpectedCache | null),
    forward: (server.forward as Record<string, unknown>[]).map(({ plugin, from, to }) => ({
      plugin,
      from,
      to,
    })),
    kubernetes: kubernetes && { endpoint: [], ...known },
    unknownDirectives: [...new Set((server.unknownDirectives as string[] | undefined) ?? [])],
  }
}

if (!folder) {
  describe('Corefiles from public repositories', () => {
    it.skip('skipped: HOLDFAST_CASES does not name the folder of cases', () => {})
  })
} else {
  const { cases } = load<{ cases: ExpectedCase[] }>('expected.json')
  const { rows } = load<{ rows: { input: string; shouldErr: boolean; expected?: ExpectedCache }[] }>(
    'cache-directives.json',
  )

  describe('Corefiles from public repositories', () => {
    it.each(cases)('$file', ({ file, expected }) => {
      const reading = readCorefile(readFileSync(join(folder, file), 'utf8'))
      if (expected.ok === 'either') {
        expect(reading.servers.every(server => server.cache === null)).toBe(true)
        return
      }
      expect({ ok: reading.ok, errors: expected.ok ? reading.errors : [] }).toEqual({
        ok: expected.ok,
        errors: [],
      })
      expect(reading.servers.map(summary)).toEqual((expected.servers ?? []).map(expectedSummary))
      if (expected.envVars) expect(reading.envVars).toEqual(expected.envVars)
      // The cases name the line of the directive, the reader the line inside it that broke.
      for (const [i, { line }] of (expected.errors ?? []).entries()) {
        expect(reading.errors[i]?.line).toBeGreaterThanOrEqual(line)
      }
    })
  })

  describe('cache directives of CoreDNS’ own tests', () => {
    it.each(rows)('$input', ({ input, shouldErr, expected }) => {
      const reading = readCorefile(`. {\n${input}\n}`)
      expect(reading.ok).toBe(!shouldErr)
      if (expected) expect(asExpected(reading.servers[0]?.cache ?? null)).toEqual(withoutOff(expected))
    })
  })
}
