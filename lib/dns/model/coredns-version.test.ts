import { describe, expect, it } from 'vitest'
import { isBefore, parseVersion } from './coredns-version'

describe('parseVersion', () => {
  it.each([
    ['1.11.3', [1, 11, 3]],
    ['v1.10', [1, 10, 0]],
    ['CoreDNS-1.12.0', undefined],
    ['registry.k8s.io/coredns/coredns:v1.11.3', [1, 11, 3]],
    ['602401143452.dkr.ecr.eu.amazonaws.com/eks/coredns:v1.11.1-eksbuild.4', [1, 11, 1]],
    ['localhost:5000/coredns', undefined],
    ['registry.k8s.io/dns/k8s-dns-node-cache:1.22.28', undefined],
    ['', undefined],
  ])('%s', (text, version) => {
    expect(parseVersion(text)).toEqual(version)
  })

  it('orders by parts, not by text', () => {
    expect(isBefore([1, 9, 4], [1, 14, 4])).toBe(true)
    expect(isBefore([1, 14, 4], [1, 14, 4])).toBe(false)
    expect(isBefore([2, 0, 0], [1, 14, 4])).toBe(false)
  })
})
