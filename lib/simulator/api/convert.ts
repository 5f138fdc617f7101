import { asObject } from '../objects/json'
import { servedVersions } from '../objects/resource-table'
import { sharesField } from '../objects/seed-flow-control'
import type { KubeObject } from '../objects/types'

/** `apps/v1`, or `v1` for the core group. */
export function apiVersionOf(group: string, version: string): string {
  return group ? `${group}/${version}` : version
}

/** The version in which objects of a group are stored. */
export function storageVersion(group: string, serverVersion: string): string {
  return apiVersionOf(group, servedVersions(group, serverVersion)[0] ?? 'v1')
}

/** The object in another version of its group. Versions differ in the name of a priority level's shares only. */
export function toApiVersion(object: KubeObject, apiVersion: string): KubeObject {
  if (object.apiVersion === apiVersion) return object
  const from = sharesField(object.apiVersion)
  const to = sharesField(apiVersion)
  const spec = asObject(object.spec)
  const limited = asObject(spec.limited)
  if (from === to || limited[from] === undefined) return { ...object, apiVersion }
  const { [from]: shares, ...others } = limited
  return { ...object, apiVersion, spec: { ...spec, limited: { ...others, [to]: shares } } }
}
