import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readCorefile } from './read-corefile'

const only = (text: string, context = {}) => {
  const reading = readCorefile(text, context)
  expect(reading.errors).toEqual([])
  expect(reading.servers).toHaveLength(1)
  return reading.servers[0]
}
const firstError = (text: string) => readCorefile(text).errors[0]

describe('words and blocks', () => {
  it('reads comments, quotes over lines, escaped quotes and carriage returns', () => {
    const server = only(
      '. { # zone\r\n errors\r\n log "a \\"b\\"\nc" # rest\n chaos "x # y" z#comment\n whoami\n}',
    )
    expect(server?.plugins).toEqual(['errors', 'log', 'chaos', 'whoami'])
  })

  it('takes several keys with commas, over lines, and one block without braces', () => {
    expect(only('a.org, b.org\n c.org {\n}')?.zones.map(z => z.zone)).toEqual(['a.org.', 'b.org.'])
    expect(only('a.org,\nb.org {\n}')?.keys).toEqual(['a.org', 'b.org'])
    expect(only('example.org:1053\nwhoami\ncache 30')?.plugins).toEqual(['whoami', 'cache'])
  })

  it('ends a comment that begins inside a word with that word, as CoreDNS does', () => {
    expect(only('. {\n cache 30#s 60 # 90\n}')?.cache?.zones).toEqual(['60.'])
  })

  it('knows no line continuation: arguments on the next line are directives', () => {
    const server = only('. {\n cache\n 30\n}')
    expect(server?.cache?.successTtl).toBe(3600)
    expect(server?.unknownDirectives).toEqual(['30'])
  })

  it('expands snippets, also inside a directive, and environment variables', () => {
    const server = only(
      '(ttl) {\n success 100 {$TTL}\n}\n(all) {\n errors\n cache {\n import ttl\n }\n}\n{%ZONE%}:{$PORT} {\n import all\n}',
      { env: { TTL: '77', ZONE: 'Example.ORG', PORT: '5353' } },
    )
    expect(server?.zones).toEqual([{ transport: 'dns', zone: 'example.org.', port: 5353 }])
    expect(server?.cache).toMatchObject({ successCapacity: 100, successTtl: 77, denialTtl: 1800 })
  })

  it('imports given files and globs, and only warns of those it cannot see', () => {
    const text = 'import custom/*.server\n. {\n import /etc/coredns/extra\n import custom/*.override\n}'
    const files = { 'custom/a.override': 'cache 9', 'custom/b.server': 'b.org {\n whoami\n}' }
    const reading = readCorefile(text, { files })
    expect(reading.servers.map(s => s.keys)).toEqual([['b.org'], ['.']])
    expect(reading.servers[1]?.cache?.successTtl).toBe(9)
    expect(reading.warnings).toEqual([
      { line: 3, file: undefined, message: "imported file '/etc/coredns/extra' is not known here" },
    ])
  })

  it('stops at snippets that import each other', () => {
    expect(firstError('(a) {\n import a\n}')?.message).toContain('imports itself')
    expect(
      firstError('(a) {\n import b\n import b\n}\n(b) {\n import a\n import a\n}\n. {\n import a\n}')
        ?.message,
    ).toMatch(/too deeply|too large/)
  })

  it.each([
    ['. {\n cache 30\n', 2, 'no closing brace'],
    ['. {\n log }\n}', 2, "'}' without an opening brace"],
    ['. {\n cache {\n success 9\n', 3, 'the file ends inside'],
    ['a.org, {\n}', 1, 'another zone'],
    ['(s) {\n log\n}\n(s) {\n log\n}\n', 4, 'declared twice'],
    ['. {\n import\n}', 2, 'import needs'],
  ])('names the line of a syntax error: %j', (text, line, words) => {
    expect(firstError(text)).toMatchObject({ line, message: expect.stringContaining(words) })
  })
})

describe('zones', () => {
  it('gives each transport its port and splits CIDR keys on octets and nibbles', () => {
    expect(only('tls://example.org https://a.org:8443 {\n}')?.zones).toEqual([
      { transport: 'tls', zone: 'example.org.', port: 853 },
      { transport: 'https', zone: 'a.org.', port: 8443 },
    ])
    expect(only('10.1.2.200/26:1053 {\n}')?.zones[0]).toEqual({
      transport: 'dns',
      zone: '192.2.1.10.in-addr.arpa.',
      port: 1053,
    })
    expect(only('10.1.2.200/26 {\n}')?.zones).toHaveLength(64)
    expect(only('2001:db8::/31 {\n}')?.zones.map(z => z.zone)).toEqual([
      '8.b.d.0.1.0.0.2.ip6.arpa.',
      '9.b.d.0.1.0.0.2.ip6.arpa.',
    ])
  })

  it.each([
    ['.:70000 {\n}', 'out of range'],
    ['a..b {\n}', 'not a valid domain name'],
    ['example.org: {\n}', 'nothing after the colon'],
    [`${'a'.repeat(64)}.org {\n}`, 'not a valid domain name'],
  ])('refuses %j', (text, words) => {
    expect(firstError(text)).toMatchObject({ line: 1, message: expect.stringContaining(words) })
  })

  it('refuses a zone that two blocks claim, unless addresses or a view tell them apart', () => {
    expect(firstError('.:53 {\n}\n. {\n}')).toMatchObject({
      line: 3,
      message: expect.stringContaining('already defined'),
    })
    expect(firstError('. {\n bind 10.0.0.1\n}\n. {\n}')).toMatchObject({
      message: expect.stringContaining('overlaps'),
    })
    expect(readCorefile('. {\n bind 10.0.0.1\n}\n. {\n bind 10.0.0.2\n}').ok).toBe(true)
    expect(readCorefile('. {\n view v {\n expr true\n }\n}\n. {\n}').ok).toBe(true)
  })
})

describe('directives', () => {
  it('reads what changes the life of a name', () => {
    const server = only(`cluster.local:53 {
      cache 60 cluster.local {
        success 5000 45 7
        denial 2500 20
        prefetch 3 2m 25%
        serve_stale 30m verify 200ms 10s
        serve_stale_policy prefer_positive
        servfail 1s
        disable denial sub.cluster.local
        keepttl
      }
      kubernetes cluster.local in-addr.arpa {
        ttl 30
        pods insecure
        startup_timeout 10s
        fallthrough in-addr.arpa
      }
      forward . 10.0.0.10 {
        force_tcp
        max_concurrent 1000
      }
      reload 10s 20s
      bind 169.254.20.10 10.96.0.10
      prometheus :9253
    }`)
    expect(server?.cache).toEqual({
      line: 2,
      zones: ['cluster.local.'],
      successCapacity: 5000,
      denialCapacity: 2500,
      successTtl: 45,
      successMinTtl: 7,
      denialTtl: 20,
      denialMinTtl: 5,
      prefetch: { amount: 3, durationSeconds: 120, percentage: 25 },
      serveStale: {
        durationSeconds: 1800,
        mode: 'verify',
        verifyTimeoutSeconds: 0.2,
        ttlSeconds: 10,
        recheckSeconds: 0,
      },
      serveStalePolicy: 'prefer_positive',
      servfailSeconds: 1,
      disable: { denial: ['sub.cluster.local.'] },
      keepttl: true,
    })
    expect(server?.kubernetes).toMatchObject({ ttlSeconds: 30, pods: 'insecure', startupTimeoutSeconds: 10 })
    expect(server?.forward).toMatchObject([
      { from: '.', to: ['10.0.0.10'], forceTcp: true, maxConcurrent: 1000 },
    ])
    expect(server?.reload).toEqual({ intervalSeconds: 10, jitterSeconds: 5 })
    expect(server?.bind).toEqual(['169.254.20.10', '10.96.0.10'])
  })

  it.each([
    ['cache 0', 'zero or negative'],
    ['cache 30\n cache 60', 'once'],
    ['cache {\n serve_stale 20\n}', 'unit is missing'],
    ['cache {\n prefetch 1 1m 95%\n}', '10 to 90'],
    ['cache {\n servfail 6m\n}', 'over 5 minutes'],
    ['kubernetes cluster.local {\n ttl 3601\n}', 'range [0, 3600]'],
    ['kubernetes cluster.local {\n moo\n}', "unknown property 'moo'"],
    ['forward .', 'wrong number of arguments'],
    ['reload 1s', 'at least 2s'],
    ['hosts {\n fallthrough\n 10.0.0.1 a.org\n}', 'unknown property'],
  ])('refuses %j and reads the rest of the block', (directive, words) => {
    const reading = readCorefile(`. {\n errors\n ${directive}\n whoami\n}`)
    expect(reading.ok).toBe(false)
    expect(reading.errors).toMatchObject([{ message: expect.stringContaining(words) }])
    expect(reading.errors[0]?.line).toBeGreaterThanOrEqual(3)
    expect(reading.servers[0]?.plugins).toContain('whoami')
  })

  it('only warns of mistakes in plugins that have no say in the life of a name', () => {
    const reading = readCorefile(
      '. {\n loop x\n errors {\n consolidate\n }\n health nowhere\n bufsize 12\n forward . 8.8.8.8 {\n policy least_conn\n force_tcp\n }\n}',
    )
    expect(reading.ok).toBe(true)
    expect(reading.warnings.map(w => [w.plugin, w.line])).toEqual([
      ['loop', 2],
      ['errors', 4],
      ['health', 6],
      ['bufsize', 7],
      ['forward', 9],
    ])
    expect(reading.servers[0]?.forward).toMatchObject([{ forceTcp: true, policy: 'random' }])
  })

  it('lists unknown directives and old options and still reads the rest', () => {
    const server = only(
      '. {\n proxy . /etc/resolv.conf\n fancy {\n a b\n }\n kubernetes cluster.local {\n upstream\n ttl 9\n }\n}',
    )
    expect(server?.unknownDirectives).toEqual(['proxy', 'fancy'])
    expect(server?.kubernetes).toMatchObject({ ttlSeconds: 9, legacyOptions: ['upstream'] })
    expect(server?.forward).toMatchObject([{ plugin: 'proxy', from: '.', to: ['/etc/resolv.conf'] }])
  })

  it('does not hold an unknown environment variable against the file', () => {
    const reading = readCorefile('. {\n cache {\n success {$CAP}\n }\n}')
    expect(reading).toMatchObject({ ok: true, envVars: ['CAP'], warnings: [{ line: 3, plugin: 'cache' }] })
  })
})

describe('any input', () => {
  const word = fc.oneof(
    fc.constantFrom(
      '{',
      '}',
      '"',
      '\\',
      '#',
      'import',
      '(s)',
      's',
      'cache',
      'kubernetes',
      'forward',
      '.',
      '.:53',
      '30',
      '{$A}',
      '{%B%}',
    ),
    fc.string({ unit: 'binary', maxLength: 6 }),
  )
  it('is read without throwing, every error with a line of the file', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(word, fc.constantFrom(' ', '\n', '')), { maxLength: 40 }), parts => {
        const text = parts.flat().join('')
        const lines = text.split('\n').length
        for (const { line } of readCorefile(text, { env: { A: '{$A}x', B: 'import s' } }).errors) {
          expect(line).toBeGreaterThanOrEqual(1)
          expect(line).toBeLessThanOrEqual(lines)
        }
      }),
      { numRuns: 300, seed: 20241211 },
    )
  })
})
