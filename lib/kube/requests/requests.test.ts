import { describe, expect, it } from 'vitest'
import { getObject, getVersion, listPage, whoAmI } from './read-requests'
import { resourcePath } from './resource-path'
import { createObject, deleteMatching, deleteObject, patchObject } from './write-requests'

const limits = { timeoutMs: 1000 }
const daemonSet = {
  group: 'apps',
  version: 'v1',
  resource: 'daemonsets',
  namespace: 'o11y',
  name: 'collector',
}

describe('resourcePath', () => {
  it('knows the core group, groups, namespaces and subresources', () => {
    expect(resourcePath({ group: '', version: 'v1', resource: 'nodes' })).toBe('/api/v1/nodes')
    expect(resourcePath({ ...daemonSet, subresource: 'scale' })).toBe(
      '/apis/apps/v1/namespaces/o11y/daemonsets/collector/scale',
    )
  })

  it('lets no name climb out of its place', () => {
    const path = (name: string) =>
      resourcePath({ group: '', version: 'v1', resource: 'configmaps', namespace: 'n', name })
    expect(new URL(path('../../secrets/x'), 'https://h').pathname).toBe(
      '/api/v1/namespaces/n/configmaps/..%2F..%2Fsecrets%2Fx',
    )
    expect(path('a?b#c')).toBe('/api/v1/namespaces/n/configmaps/a%3Fb%23c')
    expect(path('..')).toBe('/api/v1/namespaces/n/configmaps/%2E%2E')
  })
})

describe('requests', () => {
  it('read', () => {
    expect(getVersion(limits)).toEqual({ method: 'GET', path: '/version', timeoutMs: 1000 })
    expect(getObject(daemonSet, limits, { metadataOnly: true }).accept).toContain('as=PartialObjectMetadata;')
    const page = listPage({ group: '', version: 'v1', resource: 'pods' }, limits, {
      limit: 50,
      labelSelector: 'a=b',
      continue: 'x/y=',
    })
    expect(page.path).toBe('/api/v1/pods?limit=50&labelSelector=a%3Db&continue=x%2Fy%3D')
    expect(whoAmI(limits).method).toBe('POST')
  })

  it('delete with preconditions, or by a selector that is not empty', () => {
    const request = deleteObject(daemonSet, limits, {
      uid: 'u',
      propagationPolicy: 'Background',
      dryRun: true,
    })
    expect(request).toMatchObject({
      method: 'DELETE',
      path: '/apis/apps/v1/namespaces/o11y/daemonsets/collector',
    })
    expect(request.body).toEqual({
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      preconditions: { uid: 'u' },
      propagationPolicy: 'Background',
      dryRun: ['All'],
    })
    const pods = { group: '', version: 'v1', resource: 'pods', namespace: 'o11y' }
    expect(deleteMatching(pods, 'app=collector', limits).path).toBe(
      '/api/v1/namespaces/o11y/pods?labelSelector=app%3Dcollector',
    )
    expect(() => deleteMatching(pods, ' ', limits)).toThrow(RangeError)
  })

  it('create and patch, each with its content type and dry run', () => {
    const collection = { group: 'apps', version: 'v1', resource: 'daemonsets', namespace: 'o11y' }
    expect(createObject(collection, {}, limits, { dryRun: true }).path).toBe(
      '/apis/apps/v1/namespaces/o11y/daemonsets?dryRun=All',
    )
    const patch = patchObject(daemonSet, { spec: {} }, limits, {
      type: 'apply',
      fieldManager: 'holdfast',
      force: true,
    })
    expect(patch).toMatchObject({
      method: 'PATCH',
      path: '/apis/apps/v1/namespaces/o11y/daemonsets/collector?fieldManager=holdfast&force=true',
      contentType: 'application/apply-patch+yaml',
    })
  })
})
