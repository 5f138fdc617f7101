import type { Json, JsonObject } from '../objects/types'
import type { ApiAnswer, Identity, RequestInfo } from './types'

/** A `metav1.Status` failure, worded as kube-apiserver words it (k8s.io/apimachinery/pkg/api/errors). */
export class StatusError extends Error {
  constructor(
    readonly code: number,
    message: string,
    readonly reason?: string,
    readonly details?: JsonObject,
    readonly headers: Record<string, string> = {},
  ) {
    super(message)
  }

  toAnswer(): ApiAnswer {
    const { code, reason, details } = this
    return jsonAnswer(
      code,
      {
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Failure',
        message: this.message,
        ...(reason ? { reason } : {}),
        ...(details ? { details } : {}),
        code,
      },
      this.headers,
    )
  }
}

export function jsonAnswer(status: number, body: Json, headers: Record<string, string> = {}): ApiAnswer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) }
}

export function textAnswer(status: number, body: string, headers: Record<string, string> = {}): ApiAnswer {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8', ...headers }, body }
}

/** `daemonsets.apps`, or `pods` for the core group. */
export function qualified(group: string, resource: string): string {
  return group ? `${resource}.${group}` : resource
}

function details(name: string | undefined, group: string, kind: string, more: JsonObject = {}): JsonObject {
  return { ...(name ? { name } : {}), ...(group ? { group } : {}), kind, ...more }
}

export const notFound = (group: string, resource: string, name: string) =>
  new StatusError(
    404,
    `${qualified(group, resource)} "${name}" not found`,
    'NotFound',
    details(name, group, resource),
  )

export const noSuchResource = () =>
  new StatusError(404, 'the server could not find the requested resource', 'NotFound', {})

export const methodNotAllowed = () =>
  new StatusError(
    405,
    'the server does not allow this method on the requested resource',
    'MethodNotAllowed',
    {},
  )

export const badRequest = (message: string) => new StatusError(400, message, 'BadRequest')

export const unauthorized = () => new StatusError(401, 'Unauthorized', 'Unauthorized')

export const alreadyExists = (group: string, resource: string, name: string) =>
  new StatusError(
    409,
    `${qualified(group, resource)} "${name}" already exists`,
    'AlreadyExists',
    details(name, group, resource),
  )

/** `what` is a resource for updates and a kind for preconditions, as in the real server. */
export const conflict = (group: string, what: string, name: string, why: string) =>
  new StatusError(
    409,
    `Operation cannot be fulfilled on ${qualified(group, what)} "${name}": ${why}`,
    'Conflict',
    details(name, group, what),
  )

export const modifiedMeanwhile = (group: string, resource: string, name: string) =>
  conflict(
    group,
    resource,
    name,
    'the object has been modified; please apply your changes to the latest version and try again',
  )

export interface InvalidField {
  reason: 'FieldValueInvalid' | 'FieldValueRequired' | 'FieldValueNotSupported'
  message: string
  field: string
}

export function invalid(group: string, kind: string, name: string, causes: InvalidField[]): StatusError {
  const text = causes.map(({ field, message }) => `${field}: ${message}`)
  const all = text.length === 1 ? text[0] : `[${text.join(', ')}]`
  const where = details(name, group, kind, { causes: causes.map(cause => ({ ...cause })) })
  return new StatusError(
    422,
    `${group ? `${kind}.${group}` : kind} "${name}" is invalid: ${all}`,
    'Invalid',
    where,
  )
}

export const internalError = (message: string) =>
  new StatusError(500, `Internal error occurred: ${message}`, 'InternalError', { causes: [{ message }] })

export const unavailable = () =>
  new StatusError(503, 'the server is currently unable to handle the request', 'ServiceUnavailable')

/** Written past the usual encoder: a Status without its kind, as plain text (k8s.io/apiserver timeout filter). */
export function gatewayTimeout(): ApiAnswer {
  const message = 'Timeout: request did not complete within the allotted timeout'
  const status = { metadata: {}, status: 'Failure', message, reason: 'Timeout', details: {}, code: 504 }
  return textAnswer(504, `${JSON.stringify(status)}\n`)
}

export const pageNotFound = () => textAnswer(404, '404 page not found\n')

/** Priority and fairness answers in plain text, not with a Status (k8s.io/apiserver/pkg/server/filters/maxinflight.go). */
export function tooManyRequests(retryAfterSeconds: number, headers: Record<string, string>): ApiAnswer {
  return textAnswer(429, 'Too many requests, please try again later.\n', {
    ...headers,
    'retry-after': String(Math.max(1, Math.round(retryAfterSeconds))),
    'x-content-type-options': 'nosniff',
  })
}

export function forbidden(identity: Identity, info: RequestInfo, why = ''): StatusError {
  const suffix = why ? `: ${why}` : ''
  if (!info.isResource) {
    return new StatusError(
      403,
      `forbidden: User "${identity.user}" cannot ${info.verb} path "${info.path}"${suffix}`,
      'Forbidden',
      {},
    )
  }
  const { name, namespace, group, subresource, verb } = info
  const resource = subresource ? `${info.resource}/${subresource}` : info.resource
  const object = name ? ` "${name}"` : ''
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`
  const message =
    `${qualified(group, info.resource)}${object} is forbidden: User "${identity.user}" cannot ${verb} resource ` +
    `"${resource}" in API group "${group}" ${where}${suffix}`
  return new StatusError(403, message, 'Forbidden', details(name, group, info.resource))
}
