/**
 * Marks by which two accounts are seen to be of one human, whatever they are called: the account itself, the identity
 * provider's subject, and e-mail addresses, be they verified by the provider or typed as a login. Of an address the
 * letters' case and what stands behind a plus do not count. A login that is no address is nobody's but its account's.
 */
export function identitiesOf(person: {
  id: string
  login: string
  email?: string | null
  oidcSubject?: string | null
}): string[] {
  const { id, login, email, oidcSubject } = person
  const addresses = [login, email ?? ''].flatMap(text => plainAddress(text) ?? [])
  const marks = [
    `person:${id}`,
    ...(oidcSubject ? [`oidc:${oidcSubject}`] : []),
    ...addresses.map(address => `mail:${address}`),
  ]
  return [...new Set(marks)]
}

function plainAddress(text: string): string | undefined {
  const [, local, host] =
    text
      .normalize('NFKC')
      .trim()
      .toLowerCase()
      .match(/^([^@\s+]+)(?:\+[^@\s]*)?@([^@\s]+)$/) ?? []
  return local && host ? `${local}@${host}` : undefined
}
