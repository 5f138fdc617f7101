import { describe, expect, it } from 'vitest'
import { parseFieldSelector, parseLabelSelector } from './label-selector'

const labels = { app: 'agent', tier: 'node' }

describe('label selectors', () => {
  it.each([
    [null, true],
    ['app=agent', true],
    ['app==agent,tier!=pod', true],
    ['app!=agent', false],
    ['app in (a, agent),tier', true],
    ['app notin (agent)', false],
    ['missing notin (x)', true],
    ['!missing', true],
    ['!app', false],
    ['missing', false],
  ])('%s', (text, matches) => {
    expect(parseLabelSelector(text)(labels)).toBe(matches)
  })

  it('refuses what it cannot read', () => {
    expect(() => parseLabelSelector('a===b')).toThrow('unable to parse requirement')
    expect(() => parseFieldSelector('spec.secret=x', ['metadata.name'])).toThrow(
      'field label not supported: spec.secret',
    )
  })
})
