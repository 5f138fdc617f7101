import { expect, it } from 'vitest'
import { clusterOfPath } from './cluster-path'

it('reads the cluster from the address of its page, and from no other', () => {
  expect(clusterOfPath('/clusters/prod-1')).toBe('prod-1')
  const arn = 'arn:aws:eks:us-east-1:1:cluster/a b'
  expect(clusterOfPath(`/clusters/${encodeURIComponent(arn)}`)).toBe(arn)
  for (const path of ['/', '/clusters', '/clusters/', '/clusters/a/b', '/actions/a', '/clusters/%E0%A4%A'])
    expect(clusterOfPath(path)).toBeUndefined()
})
