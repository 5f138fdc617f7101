import { asObject } from '../objects/json'
import type { Json, ResourceType } from '../objects/types'
import { badRequest, invalid } from './status'
import type { ApiRequest, RequestInfo } from './types'

/** The request's JSON. @throws {StatusError} 400 */
export function readBody(request: ApiRequest): Json {
  try {
    return JSON.parse(request.body ?? '') as Json
  } catch (error) {
    throw badRequest(
      `the object provided is unrecognized: couldn't get version/kind; json parse error: ${error instanceof Error ? error.message : error}`,
    )
  }
}

/** Whether a write is a dry run, from the query or from DeleteOptions. @throws {StatusError} 422 for values other than `All` */
export function readDryRun(info: RequestInfo, request: ApiRequest, type: ResourceType): boolean {
  const fromBody = info.method === 'DELETE' && request.body ? asObject(readBody(request)).dryRun : undefined
  const values = [
    ...info.query.getAll('dryRun'),
    ...(Array.isArray(fromBody) ? fromBody.map(String) : []),
  ].filter(Boolean)
  if (values.length === 0) return false
  if (values.every(value => value === 'All')) return true
  const kind =
    { DELETE: 'DeleteOptions', POST: 'CreateOptions', PUT: 'UpdateOptions', PATCH: 'PatchOptions' }[
      info.method
    ] ?? type.kind
  const message = `Unsupported value: []string{${values.map(value => `"${value}"`).join(', ')}}: supported values: "All"`
  throw invalid('meta.k8s.io', kind, '', [{ reason: 'FieldValueNotSupported', message, field: 'dryRun' }])
}
