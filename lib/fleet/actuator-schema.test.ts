import { describe, expect, it } from 'vitest'
import { actuatorSchema } from './actuator-schema'

const good = { name: 'wall', purpose: 'restrict-api-access', clusters: ['*'], command: ['/bin/wall'] }
const { command: _command, ...bare } = good

describe('an actuator of holdfast.yaml', () => {
  it('is accepted as a command or as a webhook', () => {
    expect(actuatorSchema.parse(good)).toMatchObject({ timeoutSeconds: 60, undo: false, check: false })
    expect(() => actuatorSchema.parse({ ...bare, webhook: { url: 'https://x.example/y' } })).not.toThrow()
  })

  it.each([
    ['neither', bare],
    ['both', { ...good, webhook: { url: 'https://x.example' } }],
    ['a program that PATH would choose', { ...good, command: ['wall'] }],
    ['a plain-text address', { ...bare, webhook: { url: 'http://x.example' } }],
    ['credentials in the address', { ...bare, webhook: { url: 'https://u:p@x.example' } }],
    ['no cluster', { ...good, clusters: [] }],
    ['free text', { ...good, input: { why: { type: 'string' } } }],
    ['bounds the wrong way', { ...good, input: { n: { type: 'integer', least: 3, most: 1 } } }],
    ['a shell line', { ...good, command: '/bin/wall --all' }],
    ['an unknown key', { ...good, shell: true }],
  ])('is refused with %s', (_what, given) => {
    expect(() => actuatorSchema.parse(given)).toThrow()
  })
})
