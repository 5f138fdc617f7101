import { basename, dirname, resolve } from 'node:path'
import type { Checked, FileLookup } from './check-endpoint'
import { checkExec } from './check-exec'
import type { ClientCertificate } from './client-certificate'
import { decodeBase64, mapping, shown, text, texts, type Values } from './kubeconfig-values'
import type { KubeconfigEntry } from './parse-kubeconfig'
import type { PemReader } from './pem-reader'
import type { LaneIdentity, LaneUser } from './types'
import { userIdentity } from './user-identity'

const FILE_KEYS = ['client-certificate', 'client-key', 'tokenFile'] as const

export interface CheckedUser {
  user: LaneUser
  /** `system:masters`, by client certificate or by impersonation: past the queues of priority and fairness. */
  exempt: boolean
  identity?: LaneIdentity
  warning?: string
}

/** Paths of files that the user entry points at. */
export function userFiles(entry: KubeconfigEntry): string[] {
  return FILE_KEYS.map(key => filePath(entry, key)).filter(path => path !== '')
}

function filePath(entry: KubeconfigEntry, key: string): string {
  const path = text(entry.value[key])
  return path === '' ? '' : resolve(dirname(entry.file), path)
}

interface Surroundings {
  https: boolean
  files: FileLookup
  pem: PemReader
  /** Whether exec plugins of this entry's file may be run later; none is run here. */
  execAllowed: boolean
  /** Epoch ms of the machine's clock, for certificates. */
  now: number
}

/** The credentials of a kubeconfig's user entry by clientcmd's rules of validation (kubernetes/client-go validation.go). */
export function checkUser(entry: KubeconfigEntry, around: Surroundings): Checked<CheckedUser> {
  const named = `user "${shown(entry.name)}"`
  const user = normaliseUser(entry)
  const problem =
    checkMethods(user) ??
    checkFiles(entry, around.files) ??
    checkProvider(user) ??
    checkExec(user.exec, entry.name, around.execAllowed)
  if (problem) return { problem: `${named}: ${problem.problem}`, hint: problem.hint }
  const certificate = around.https ? checkCertificate(entry, around) : undefined
  if (certificate && 'problem' in certificate) return { problem: `${named}: ${certificate.problem}` }
  if (around.https && !hasCredentials(user)) {
    return {
      problem: `${named} has no credentials`,
      hint: 'give it a token, a client certificate or an exec plugin',
    }
  }
  const identity = userIdentity(user, certificate?.ok)
  const exempt = identity?.groups.includes('system:masters') ?? false
  return { ok: { user, exempt, identity, warning: expiry(certificate?.ok, around.now) } }
}

/** Known keys only, empty ones left out, relative paths made absolute. */
function normaliseUser(entry: KubeconfigEntry): Values {
  const user: Record<string, unknown> = {}
  for (const key of [
    'client-certificate-data',
    'client-key-data',
    'token',
    'username',
    'password',
    'as',
    'as-uid',
  ]) {
    const value = text(entry.value[key])
    if (value !== '') user[key] = key === 'token' ? value.trim() : value
  }
  for (const key of FILE_KEYS) if (filePath(entry, key) !== '') user[key] = filePath(entry, key)
  const groups = texts(entry.value['as-groups'])
  if (groups.length > 0) user['as-groups'] = groups
  const extra = Object.entries(mapping(entry.value['as-user-extra']) ?? {}).map(
    ([key, value]) => [key, texts(value)] as const,
  )
  if (extra.length > 0) user['as-user-extra'] = Object.fromEntries(extra)
  const exec = mapping(entry.value.exec)
  if (exec) user.exec = { ...exec, command: commandPath(text(exec.command), entry.file) }
  const provider = mapping(entry.value['auth-provider'])
  if (provider) user['auth-provider'] = { name: text(provider.name), config: mapping(provider.config) ?? {} }
  return user
}

/** A bare name is looked up in PATH; anything with a slash is relative to the kubeconfig. */
function commandPath(command: string, file: string): string {
  return command === '' || basename(command) === command ? command : resolve(dirname(file), command)
}

type Finding = { problem: string; hint?: string } | undefined

function checkMethods(user: Values): Finding {
  const has = (key: string) => user[key] !== undefined
  if (has('token') && (has('username') || has('password'))) {
    return { problem: 'more than one authentication method, token and basic auth; only one is allowed' }
  }
  for (const part of ['client-certificate', 'client-key']) {
    if (has(part) && has(`${part}-data`))
      return { problem: `${part} and ${part}-data are both set`, hint: 'remove one of them' }
  }
  const certificate = has('client-certificate') || has('client-certificate-data')
  const key = has('client-key') || has('client-key-data')
  if (certificate && !key)
    return { problem: 'a client certificate without its client-key or client-key-data' }
  if (!text(user.as) && (has('as-uid') || has('as-groups') || has('as-user-extra'))) {
    return { problem: 'as-uid, as-groups and as-user-extra need a user to impersonate in "as"' }
  }
  const token = text(user.token)
  if (!/^[\x20-\x7e]*$/.test(token))
    return { problem: 'its token holds characters that no HTTP header may carry' }
  return undefined
}

function checkFiles(entry: KubeconfigEntry, files: FileLookup): Finding {
  for (const key of FILE_KEYS) {
    const path = filePath(entry, key)
    const content = path === '' ? undefined : files(path)
    if (content && 'unreadable' in content)
      return { problem: `cannot read ${key} ${path}: ${content.unreadable}` }
    if (content && key === 'tokenFile' && content.toString('utf8').trim() === '')
      return { problem: `tokenFile ${path} is empty` }
  }
  return undefined
}

const REMOVED: Record<string, string> = {
  gcp: 'use the exec plugin gke-gcloud-auth-plugin (gcloud container clusters get-credentials writes it)',
  azure: 'use the exec plugin kubelogin (kubelogin convert-kubeconfig)',
}

function checkProvider(user: Values): Finding {
  const provider = mapping(user['auth-provider'])
  if (!provider) return undefined
  if (user.exec) return { problem: 'auth-provider and exec are both set' }
  const name = text(provider.name)
  const hint = REMOVED[name]
  if (hint) return { problem: `the auth-provider "${name}" was removed from Kubernetes 1.26 clients`, hint }
  if (name !== 'oidc') return { problem: `there is no auth-provider "${shown(name)}"` }
  const config = mapping(provider.config) ?? {}
  for (const key of ['idp-issuer-url', 'client-id']) {
    if (text(config[key]) === '') return { problem: `its auth-provider oidc lacks ${key}` }
  }
  return undefined
}

function checkCertificate(
  entry: KubeconfigEntry,
  { files, pem }: Surroundings,
): Checked<ClientCertificate> | undefined {
  const pemOf = (part: string): Checked<string> => {
    const data = text(entry.value[`${part}-data`])
    if (data !== '') {
      const decoded = decodeBase64(data)
      return decoded ? { ok: decoded.toString('latin1') } : { problem: `${part}-data is not base64` }
    }
    const path = filePath(entry, part)
    const content = path === '' ? Buffer.alloc(0) : files(path)
    return { ok: 'unreadable' in content ? '' : content.toString('latin1') }
  }
  const [certificate, key] = [pemOf('client-certificate'), pemOf('client-key')]
  if ('problem' in certificate) return certificate
  if ('problem' in key) return key
  return certificate.ok === '' ? undefined : pem.clientCertificate(certificate.ok, key.ok)
}

function hasCredentials(user: Values): boolean {
  return [
    'token',
    'tokenFile',
    'username',
    'client-certificate',
    'client-certificate-data',
    'exec',
    'auth-provider',
  ].some(key => user[key] !== undefined)
}

function expiry(
  certificate: { validFrom: number; validTo: number } | undefined,
  now: number,
): string | undefined {
  if (!certificate) return undefined
  if (certificate.validTo <= now)
    return `its client certificate expired at ${new Date(certificate.validTo).toISOString()}`
  if (certificate.validFrom > now)
    return `its client certificate is valid from ${new Date(certificate.validFrom).toISOString()} only`
  return undefined
}
