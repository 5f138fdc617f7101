import { expect, it } from 'vitest'
import { identitiesOf } from './identities'

const shared = (a: Parameters<typeof identitiesOf>[0], b: Parameters<typeof identitiesOf>[0]) =>
  identitiesOf(a).some(mark => identitiesOf(b).includes(mark))

it('sees one human behind a local account and one of the identity provider', () => {
  const local = { id: '1', login: 'ada+oncall@corp.test' }
  const federated = { id: '2', login: 'ada@corp.test-1a2b3c4d', email: 'Ada@Corp.test', oidcSubject: 'iss 7' }
  expect(shared(local, federated)).toBe(true)
  expect(identitiesOf(federated)).toEqual(
    expect.arrayContaining(['person:2', 'oidc:iss 7', 'mail:ada@corp.test']),
  )
})

it('takes nobody else for them', () => {
  const ada = { id: '1', login: 'ada@corp.test' }
  for (const other of ['ada', 'grace@corp.test', 'ada@corp.test.evil', 'a@ada@corp.test', '+x@corp.test'])
    expect(shared(ada, { id: '2', login: other, email: null })).toBe(false)
})
