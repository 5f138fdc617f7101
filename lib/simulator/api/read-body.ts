import { asArray, asObject } from '../objects/json'
import type { Json, ResourceType } from '../objects/types'
import { badRequest, invalid } from './status'
import type { ApiRequest, RequestInfo } from './types'

const OPTIONS: Record<string, string> = {
  DELETE: 'DeleteOptions',
  POST: 'CreateOptions',
  PUT: 'UpdateOptions',
  PATCH: 'PatchOptions',
}

/** The request's JSON. @throws {StatusError} 400 */
export function readBody(request: ApiRequest): Json {
  try {
    return JSON.parse(request.body ?? '') as Json
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw badRequest(
      `the object provided is unrecognized: couldn't get version/kind; json parse error: ${why}`,
    )
  }
}

/**
 * Whether a write is a dry run. A DELETE that has a body is asked by its body alone: the query is not looked at
 * (seen on kube-apiserver 1.20 to 1.37).
 * @throws {StatusError} 422 for values other than `All`
 */
export function readDryRun(info: RequestInfo, request: ApiRequest, type: ResourceType): boolean {
  const given =
    info.method === 'DELETE' && request.body
      ? asArray(asObject(readBody(request)).dryRun).map(String)
      : info.query.getAll('dryRun')
  const values = given.filter(Boolean)
  if (values.length === 0) return false
  if (values.every(value => value === 'All')) return true
  const list = values.map(value => `"${value}"`).join(', ')
  const message = `Unsupported value: []string{${list}}: supported values: "All"`
  const causes = [{ reason: 'FieldValueNotSupported' as const, message, field: 'dryRun' }]
  throw invalid('meta.k8s.io', OPTIONS[info.method] ?? type.kind, '', causes)
}
