import { expect, it } from 'vitest'
import { readViewState, writeViewState } from './search-params'

it('falls back to defaults on anything unknown or overlong', () => {
  const state = readViewState(
    new URLSearchParams(`group=colour&view=cube&show=all&action=${'x'.repeat(700)}`),
  )
  expect(state).toEqual({
    cluster: null,
    group: 'region',
    view: 'map',
    action: null,
    compare: null,
    panel: 'suspects',
    suspect: null,
    show: 'callers',
  })
})

it('keeps what it does not know and leaves defaults out', () => {
  const query = writeViewState(new URLSearchParams('tab=1&view=table'), { view: 'map', cluster: 'a/b&c' })
  expect(query).toBe('?tab=1&cluster=a%2Fb%26c')
  expect(readViewState(new URLSearchParams(query)).cluster).toBe('a/b&c')
  expect(writeViewState(new URLSearchParams('view=table'), { view: 'map' })).toBe('')
})
