import fc from 'fast-check'
import { expect, it } from 'vitest'
import { loadFleet } from './load-fleet'
import { parseKubeconfig } from './parse-kubeconfig'

const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null))
const anything = fc.oneof(
  scalar,
  fc.array(scalar, { maxLength: 3 }),
  fc.dictionary(fc.string(), scalar, { maxKeys: 3 }),
)
const maybe = (value: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 5, arbitrary: value }, { weight: 1, arbitrary: anything })
const name = fc.constantFrom('a', 'b', '<script>', '')

const cluster = fc.record(
  {
    server: maybe(fc.constantFrom('https://a', 'http://b:1', 'c:6443', 'https://[::1]:6443/base/')),
    'certificate-authority': maybe(fc.constant('ca.crt')),
    'certificate-authority-data': maybe(fc.constant('eA==')),
    'insecure-skip-tls-verify': maybe(fc.boolean()),
    'proxy-url': maybe(fc.constant('socks5://p:1080')),
    'tls-server-name': maybe(fc.constant('k')),
  },
  { requiredKeys: [] },
)
const user = fc.record(
  {
    token: maybe(fc.string()),
    tokenFile: maybe(fc.constant('t')),
    username: maybe(fc.string()),
    'client-certificate-data': maybe(fc.constant('eA==')),
    'client-key-data': maybe(fc.constant('eA==')),
    exec: maybe(
      fc.dictionary(fc.constantFrom('command', 'apiVersion', 'args', 'env', 'interactiveMode'), anything),
    ),
    'auth-provider': maybe(fc.dictionary(fc.constantFrom('name', 'config'), anything)),
    as: maybe(fc.string()),
    'as-groups': maybe(fc.array(fc.string())),
    'as-user-extra': maybe(fc.dictionary(fc.string(), anything)),
  },
  { requiredKeys: [] },
)
const entries = (part: string, value: fc.Arbitrary<unknown>) =>
  maybe(
    fc.array(maybe(fc.record({ name: maybe(name), [part]: maybe(value) }, { requiredKeys: [] })), {
      maxLength: 4,
    }),
  )
const kubeconfig = fc.record(
  {
    clusters: entries('cluster', cluster),
    users: entries('user', user),
    contexts: entries(
      'context',
      fc.record({ cluster: maybe(name), user: maybe(name) }, { requiredKeys: [] }),
    ),
  },
  { requiredKeys: [] },
)

it('takes any text for a kubeconfig without throwing', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.string({ unit: fc.constantFrom('a', ':', ' ', '-', '\n', '&', '*', '[', '{', '"') }),
      ),
      source => {
        expect(parseKubeconfig(source, 'f').file).toBe('f')
      },
    ),
  )
})

it('accounts for every context of any kubeconfig, and never makes up a server', async () => {
  await fc.assert(
    fc.asyncProperty(kubeconfig, async content => {
      const source = JSON.stringify(content)
      const readFile = async (path: string) => {
        if (path !== '/k/config') throw new Error('there is no such file')
        return Buffer.from(source)
      }
      const { fleet } = await loadFleet({ kubeconfigPaths: ['/k/config'], readFile, now: 0 })
      const parsed = parseKubeconfig(source, '/k/config')
      const servers = parsed.clusters.map(({ value }) => String(value.server ?? ''))
      for (const { lanes, problem, id } of fleet.clusters) {
        expect(lanes.length > 0 || problem !== undefined).toBe(true)
        expect(id).toMatch(/^[a-z0-9.-]+$/)
        for (const { endpoint } of lanes)
          expect(
            servers.some(server => endpoint.server.includes(server.trim().replace(/[?#].*|\/+$/g, ''))),
          ).toBe(true)
      }
      const told = JSON.stringify(fleet.clusters.map(({ problem, warnings }) => [problem, warnings]))
      for (const context of parsed.contexts) {
        const lane = fleet.clusters.some(({ lanes }) =>
          lanes.some(({ source: { context: of } }) => of === context.name),
        )
        expect(lane || told.includes(`context \\"`)).toBe(true)
      }
    }),
  )
})
