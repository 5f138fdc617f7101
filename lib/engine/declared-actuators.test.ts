import { expect, it } from 'vitest'
import { actuatorSchema } from '../fleet/actuator-schema'
import { declaredActuators } from './declared-actuators'

it('declares commands with their environment and webhooks with their token, in milliseconds', () => {
  const common = { purpose: 'shift-traffic', clusters: ['a'], timeoutSeconds: 5, undo: true }
  const [command, webhook] = declaredActuators([
    actuatorSchema.parse({ ...common, name: 'one', command: ['/bin/one', '-x'], environment: ['HOME'] }),
    actuatorSchema.parse({
      ...common,
      name: 'two',
      webhook: { url: 'https://two.example', tokenFile: '/t' },
    }),
  ])
  expect(command).toEqual({
    name: 'one',
    purpose: 'shift-traffic',
    clusters: ['a'],
    input: {},
    timeoutMs: 5_000,
    canUndo: true,
    canCheck: false,
    run: { command: ['/bin/one', '-x'], environment: ['HOME'] },
  })
  expect(webhook?.run).toEqual({ url: 'https://two.example', tokenFile: '/t' })
})
