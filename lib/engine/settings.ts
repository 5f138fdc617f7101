import path from 'node:path'
import { parseTrustedProxies, type TrustedProxies } from '../access/client-address'
import { HoldfastError } from '../errors'

/** All that can be set from outside, checked. */
export interface Settings {
  host: string
  port: number
  dataDir: string
  /** undefined: the embedded PostgreSQL. */
  databaseUrl?: string
  configPath?: string
  kubeconfigPaths: string[]
  /** Only when no fleet is given. */
  scenario: string
  simSpeed: number
  simSeed: number
  /** Their `X-Forwarded-For` is believed; nobody else's. */
  trustedProxies: TrustedProxies
  dev: boolean
}

export const USAGE = `Usage: npm start -- [options]

Without a fleet, Holdfast runs on a simulated one that replays the incident of 2024-12-11.

  --kubeconfig PATH[:PATH…]  watch the clusters of these kubeconfig files
  --config FILE              a holdfast.yaml (see deploy/holdfast.example.yaml)
  --port N                   default 3000                  (PORT)
  --host ADDRESS             default 127.0.0.1             (HOST)
  --data DIR                 default .holdfast             (HOLDFAST_DATA_DIR)
  --scenario NAME            default dec-11                (HOLDFAST_SCENARIO)
  --speed N                  simulated s a second, 1–120   (HOLDFAST_SIM_SPEED)
  --seed N                                                 (HOLDFAST_SIM_SEED)
  --help

DATABASE_URL names a PostgreSQL to use instead of the embedded one.
HOLDFAST_CONFIG is the same as --config.
HOLDFAST_TRUSTED_PROXIES lists addresses and networks of reverse proxies whose X-Forwarded-For is believed.
HOLDFAST_SECRET_KEY is 32 bytes in base64 that one-time codes are kept with, instead of secret.key in the data folder.
HOLDFAST_SIM_CONTROL names the control.json of a simulated fleet run elsewhere, whose time is then followed.`

const OPTIONS: Record<string, string> = {
  '--kubeconfig': 'HOLDFAST_KUBECONFIG',
  '--config': 'HOLDFAST_CONFIG',
  '--port': 'PORT',
  '--host': 'HOST',
  '--data': 'HOLDFAST_DATA_DIR',
  '--scenario': 'HOLDFAST_SCENARIO',
  '--speed': 'HOLDFAST_SIM_SPEED',
  '--seed': 'HOLDFAST_SIM_SEED',
}

/**
 * Reads arguments over environment over defaults.
 * @throws HoldfastError `invalid-input` naming the option
 */
export function readSettings(args: string[], env: Record<string, string | undefined>): Settings {
  const given = { ...env, ...readArguments(args) }
  const kubeconfig = given.HOLDFAST_KUBECONFIG ?? ''
  // npm runs scripts in the package's folder; relative paths are meant from where the person is.
  const absolute = (file: string) => path.resolve(env.INIT_CWD ?? '', file)
  return {
    host: given.HOST || '127.0.0.1',
    port: integer(given.PORT || '3000', 'PORT', 0, 65_535),
    dataDir: absolute(given.HOLDFAST_DATA_DIR || '.holdfast'),
    databaseUrl: given.DATABASE_URL ? databaseUrl(given.DATABASE_URL) : undefined,
    configPath: given.HOLDFAST_CONFIG ? absolute(given.HOLDFAST_CONFIG) : undefined,
    kubeconfigPaths: kubeconfig.split(path.delimiter).filter(Boolean).map(absolute),
    scenario: given.HOLDFAST_SCENARIO || 'dec-11',
    simSpeed: integer(given.HOLDFAST_SIM_SPEED || '10', 'HOLDFAST_SIM_SPEED', 1, 120),
    simSeed: integer(given.HOLDFAST_SIM_SEED || '1', 'HOLDFAST_SIM_SEED', 0, 2 ** 31 - 1),
    trustedProxies: parseTrustedProxies(given.HOLDFAST_TRUSTED_PROXIES ?? '', 'HOLDFAST_TRUSTED_PROXIES'),
    dev: args.includes('--dev'),
  }
}

function readArguments(args: string[]): Record<string, string> {
  const given: Record<string, string> = {}
  for (let i = 0; i < args.length; i++) {
    const [option = '', inline] = (args[i] ?? '').split(/=(.*)/s)
    if (option === '--dev' || option === '--help') continue
    const name = OPTIONS[option]
    if (!name)
      throw new HoldfastError('invalid-input', `There is no option ${option}.`, {
        where: option,
        hint: USAGE,
      })
    const value = inline ?? args[++i]
    if (value === undefined || value === '')
      throw new HoldfastError('invalid-input', `${option} needs a value.`, { where: option, hint: USAGE })
    given[name] = value
  }
  return given
}

function integer(text: string, where: string, least: number, most: number): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < least || value > most)
    throw new HoldfastError(
      'invalid-input',
      `${where} is "${text}"; it must be a whole number from ${least} to ${most}.`,
      { where },
    )
  return value
}

function databaseUrl(text: string): string {
  if (/^postgres(ql)?:\/\//.test(text) && URL.canParse(text)) return text
  throw new HoldfastError('invalid-input', 'DATABASE_URL is not a postgresql:// address.', {
    where: 'DATABASE_URL',
    hint: 'Such as postgresql://user:password@host:5432/holdfast',
  })
}
