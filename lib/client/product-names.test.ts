import { expect, it } from 'vitest'
import { productNames } from './product-names'

it('calls products by their names, and those without one by their ids', () => {
  const known = [
    { id: 'chat', name: 'Chat and voice' },
    { id: 'api', name: 'API' },
  ]
  expect(productNames(['api', 'chat', 'video'], known)).toEqual(['API', 'Chat and voice', 'video'])
  expect(productNames(['api'], [])).toEqual(['api'])
})
