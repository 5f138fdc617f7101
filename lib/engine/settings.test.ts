import { describe, expect, it } from 'vitest'
import { readSettings } from './settings'

describe('readSettings', () => {
  it('runs the simulated fleet on loopback by default', () => {
    expect(readSettings([], {})).toMatchObject({
      host: '127.0.0.1',
      port: 3000,
      scenario: 'dec-11',
      kubeconfigPaths: [],
      databaseUrl: undefined,
    })
  })

  it('prefers arguments to the environment and splits several kubeconfigs', () => {
    const settings = readSettings(['--port=8080', '--kubeconfig', '/a:/b'], { PORT: '9', HOST: '::1' })
    expect(settings).toMatchObject({ port: 8080, host: '::1', kubeconfigPaths: ['/a', '/b'] })
  })

  it.each([
    [['--speed', '500'], {}, 'HOLDFAST_SIM_SPEED'],
    [['--prot', '1'], {}, '--prot'],
    [['--port'], {}, '--port'],
    [[], { DATABASE_URL: 'mysql://x' }, 'DATABASE_URL'],
    [[], { PORT: 'http' }, 'PORT'],
    [[], { HOLDFAST_TRUSTED_PROXIES: 'everybody' }, 'HOLDFAST_TRUSTED_PROXIES'],
  ])('names what is wrong in %j %j', (args, env, where) => {
    expect(() => readSettings(args, env)).toThrowError(
      expect.objectContaining({ code: 'invalid-input', where }),
    )
  })
})
