import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { OidcSettings } from '../access/oidc'
import { HoldfastError } from '../errors'
import type { HoldfastConfig } from '../fleet/config-schema'

/**
 * The identity provider of holdfast.yaml, with its secret read from where it lies.
 * @throws HoldfastError `invalid-input` when the secret is not there
 */
export function readOidcSettings(
  config: HoldfastConfig['access']['oidc'],
  configPath: string | undefined,
  env: Record<string, string | undefined>,
): OidcSettings | undefined {
  if (!config) return undefined
  const { clientSecretFile, clientSecretEnv, ...settings } = config
  return { ...settings, clientSecret: secretOf({ clientSecretFile, clientSecretEnv }, configPath, env) }
}

function secretOf(
  {
    clientSecretFile: file,
    clientSecretEnv: variable,
  }: { clientSecretFile?: string; clientSecretEnv?: string },
  configPath: string | undefined,
  env: Record<string, string | undefined>,
): string | undefined {
  if (variable) return env[variable] || missing(`The environment variable ${variable} is not set.`)
  if (!file) return undefined
  const whole = path.resolve(path.dirname(configPath ?? ''), file)
  try {
    return readFileSync(whole, 'utf8').trim() || missing(`${whole} is empty.`)
  } catch (cause) {
    return missing(`${whole} cannot be read.`, cause)
  }
}

function missing(message: string, cause?: unknown): never {
  throw new HoldfastError('invalid-input', `${message} It should hold the client secret of access.oidc.`, {
    where: 'access.oidc',
    hint: 'Leave both clientSecretFile and clientSecretEnv out for a public client.',
    cause,
  })
}
