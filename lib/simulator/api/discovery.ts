import { RESOURCES, servedVersions } from '../objects/resource-table'
import type { JsonObject, ResourceType } from '../objects/types'
import { apiVersionOf } from './convert'
import { jsonAnswer, noSuchResource } from './status'
import type { ApiAnswer } from './types'

const GROUPS = [...new Set(RESOURCES.map(type => type.group))].filter(Boolean)

/** `/api`, `/apis` and the lists below them; undefined for paths that are none of these. */
export function discoveryAnswer(path: string, serverVersion: string): ApiAnswer | undefined {
  const parts = path.split('/').filter(Boolean)
  if (parts[0] === 'api') {
    if (parts.length === 1) {
      return jsonAnswer(200, {
        kind: 'APIVersions',
        versions: ['v1'],
        serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: '10.0.0.1:6443' }],
      })
    }
    if (parts.length === 2) return resourceList('', parts[1] ?? '', serverVersion)
    return undefined
  }
  if (parts[0] !== 'apis') return undefined
  if (parts.length === 1) {
    const groups = GROUPS.map(group => groupOf(group, serverVersion)).filter(group => group !== undefined)
    return jsonAnswer(200, { kind: 'APIGroupList', apiVersion: 'v1', groups })
  }
  const [, group = '', version = ''] = parts
  if (parts.length === 2) {
    const found = GROUPS.includes(group) ? groupOf(group, serverVersion) : undefined
    if (!found) throw noSuchResource()
    return jsonAnswer(200, { kind: 'APIGroup', apiVersion: 'v1', ...found })
  }
  return parts.length === 3 ? resourceList(group, version, serverVersion) : undefined
}

function groupOf(group: string, serverVersion: string): JsonObject | undefined {
  const versions = servedVersions(group, serverVersion).map(version => ({
    groupVersion: apiVersionOf(group, version),
    version,
  }))
  const [preferredVersion] = versions
  return preferredVersion ? { name: group, versions, preferredVersion } : undefined
}

function resourceList(group: string, version: string, serverVersion: string): ApiAnswer {
  const types = RESOURCES.filter(type => type.group === group)
  if (types.length === 0 || !servedVersions(group, serverVersion).includes(version)) throw noSuchResource()
  const resources = types.flatMap(describe)
  return jsonAnswer(200, {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: apiVersionOf(group, version),
    resources,
  })
}

function describe(type: ResourceType): JsonObject[] {
  const { plural, singular, kind, namespaced, verbs, shortNames } = type
  const main = {
    name: plural,
    singularName: singular,
    namespaced,
    kind,
    verbs,
    ...(shortNames.length > 0 ? { shortNames } : {}),
  }
  if (type.id === 'pods') {
    const eviction = { group: 'policy', version: 'v1', kind: 'Eviction', verbs: ['create'] }
    return [main, { name: 'pods/eviction', singularName: '', namespaced, ...eviction }]
  }
  if (!type.hasScale) return [main]
  const scale = {
    name: `${plural}/scale`,
    singularName: '',
    namespaced,
    group: 'autoscaling',
    version: 'v1',
    kind: 'Scale',
    verbs: ['get', 'patch', 'update'],
  }
  return [main, scale]
}
