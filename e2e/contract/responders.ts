import { readFileSync } from 'node:fs'
import { parseAllDocuments } from 'yaml'
import type { JsonObject, RequestOptions } from '../controlplane/api'
import type { Session } from './session'

/** So that no role that a cluster has by itself helps. */
export const responders = 'contract:responders'

/** Requests of somebody who has the shipped roles and nothing else. */
export function asResponder(session: () => Session) {
  return (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, options: RequestOptions = {}) =>
    session().breakGlass.request(method, url, {
      ...options,
      headers: { 'impersonate-user': 'contract', 'impersonate-group': responders },
    })
}

/** The objects of a file in deploy, for the group of these tests. */
export function shipped(file: string): (JsonObject & { kind: string })[] {
  const text = readFileSync(new URL(`../../deploy/${file}`, import.meta.url), 'utf8')
  return parseAllDocuments(text.replaceAll('holdfast:responders', responders)).map(document =>
    document.toJS(),
  )
}
