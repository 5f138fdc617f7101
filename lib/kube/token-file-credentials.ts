import { readFile } from 'node:fs/promises'
import type { Clock } from '../clock/clock'
import { KubeFailure } from './classify-failure'
import { bearer, type CredentialSource, type Credentials } from './credential-source'

/** Kubelets rotate projected tokens at 80 % of an hour or so; client-go reads them again every minute. */
const REREAD_MS = 30_000

/**
 * A token from a file that somebody rotates: read again every 30 s and after a 401. While the file cannot be read,
 * the last token that was read goes on, else the kubeconfig's own `token` if it has one.
 */
export function tokenFileCredentials(path: string, token: unknown, clock: Clock): CredentialSource {
  let cached: { credentials: Credentials; at: number } | undefined
  let fallback: Credentials | undefined
  const read = async (): Promise<Credentials> => {
    try {
      const credentials = { headers: bearer((await readFile(path, 'utf8')).trim(), `token file ${path}`) }
      fallback = credentials
      cached = { credentials, at: clock.now() }
      return credentials
    } catch (error) {
      if (fallback) return fallback
      if (typeof token === 'string') return { headers: bearer(token, 'the kubeconfig') }
      throw error instanceof KubeFailure
        ? error
        : new KubeFailure('credentials', `cannot read the token file ${path}`)
    }
  }
  return {
    get: () => (cached && clock.now() - cached.at < REREAD_MS ? cached.credentials : read()),
    rejected: () => {
      cached = undefined
    },
  }
}
