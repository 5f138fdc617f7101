import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { HoldfastError } from '../errors'
import { configJsonSchema } from './config-json-schema'
import { readConfig } from './read-config'

const HEAD = 'apiVersion: holdfast.dev/v1\n'
const deployed = (name: string) => readFile(new URL(`../../deploy/${name}`, import.meta.url), 'utf8')

function refusal(text: string): HoldfastError {
  try {
    readConfig(text, 'holdfast.yaml')
  } catch (error) {
    if (error instanceof HoldfastError) return error
    throw error
  }
  throw new Error('it was accepted')
}

describe('readConfig', () => {
  it('fills in defaults', () => {
    const config = readConfig(`${HEAD}clusters:\npolicy:\n`, 'f')
    expect(config.clusters).toEqual([])
    expect(config.policy.protectedNamespaces).toContain('kube-system')
    expect(config.execPlugins).toBeUndefined()
  })

  it.each([
    ['', 'holdfast.yaml', /it is empty/],
    [
      `${HEAD}kubeconfig: [a]\n`,
      'holdfast.yaml:2:1',
      /kubeconfig: unknown key; did you mean "kubeconfigs"\?/,
    ],
    [
      `${HEAD}clusters:\n- context: a\n  regoin: x\n`,
      'holdfast.yaml:4:3',
      /clusters\[0\]\.regoin: .*"region"/,
    ],
    [
      `${HEAD}clusters:\n- context: a\n  breakGlass: {contxt: x, context: y}\n`,
      'holdfast.yaml:4:16',
      /did you mean "context"/,
    ],
    [`${HEAD}policy:\n  maxFleetShare: 3\n`, 'holdfast.yaml:3:3', /policy\.maxFleetShare/],
    [`${HEAD}policy:\n  secondPerson: maybe\n`, 'holdfast.yaml:3:3', /policy\.secondPerson/],
    [`${HEAD}policy:\n  overrideAfterSecond: 9\n`, 'holdfast.yaml:3:3', /"overrideAfterSeconds"/],
    [
      `${HEAD}policy:\n  guards:\n  - {name: a, verdict: warn, text: t,\n     when: plan.teir == 2}\n`,
      'holdfast.yaml:5:6',
      /policy\.guards\[0\]\.when: is no expression over a plan: .*teir/,
    ],
    [
      `${HEAD}policy:\n  guards:\n  - {name: a, when: plan.tier, verdict: warn, text: t}\n`,
      'holdfast.yaml:4:15',
      /gives int/,
    ],
    [
      `${HEAD}policy:\n  guards:\n  - {name: a, when: 'true', verdict: warn, text: t}\n  - {name: a, when: 'true', verdict: block, text: t}\n`,
      'holdfast.yaml:5:6',
      /two guards "a"/,
    ],
    [`${HEAD}clusters:\n- region: x\n`, 'holdfast.yaml:3:3', /clusters\[0\]\.context/],
    [
      `${HEAD}clusters:\n- context: a\n  apiServers: ["not a url"]\n`,
      'holdfast.yaml:4:16',
      /must be an https URL/,
    ],
    [`${HEAD}clusters:\n- context: a\n  resolvers: [10.0.0.1]\n`, 'holdfast.yaml:4:15', /must be host:port/],
    ...['file:///etc/passwd', '10.0.0.1:9153', 'http://me:pw@10.0.0.1/metrics'].map(
      (url): [string, string, RegExp] => [
        `${HEAD}clusters:\n- context: a\n  dnsMetrics: ["${url}"]\n`,
        'holdfast.yaml:4:16',
        /must be an http or https URL/,
      ],
    ),
    [
      `${HEAD}clusters:\n- context: a\n  products: [shp]\nproducts: [{id: shop, name: S}]\n`,
      'holdfast.yaml:4:14',
      /did you mean "shop"/,
    ],
    ['apiVersion: v2\n', 'holdfast.yaml:1:1', /apiVersion/],
    [`${HEAD}a: [\n`, 'holdfast.yaml:3:1', /holdfast\.yaml:3:1/],
    [`${HEAD}apiVersion: x\n`, 'holdfast.yaml:2:1', /unique/],
  ])('refuses %j, naming line and key', (text, where, message) => {
    const error = refusal(text)
    expect(error.code).toBe('invalid-input')
    expect(error.where).toBe(where)
    expect(error.message).toMatch(message)
  })

  it('names every mistake, at most twenty', () => {
    const keys = Array.from({ length: 30 }, (_, i) => `zz${i}: 1\n`).join('')
    expect(refusal(HEAD + keys).message).toMatch(/zz19: unknown key; and 10 more$/)
  })

  it('accepts the documented example', async () => {
    const config = readConfig(await deployed('holdfast.example.yaml'), 'holdfast.example.yaml')
    expect(config.clusters).toHaveLength(2)
    expect(config.products.map(({ id }) => id)).toEqual(['chat', 'api'])
  })

  it('has the JSON Schema that is deployed with it', async () => {
    expect(JSON.parse(await deployed('holdfast.schema.json'))).toEqual(
      JSON.parse(JSON.stringify(configJsonSchema())),
    )
  })
})
