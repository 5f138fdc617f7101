import { HoldfastError } from '../errors'
import { API_SCOPES, type ApiScope, METHODS, type Method, ROLES, type Role, type Scope } from './types'

/** Reads a role's name. @throws HoldfastError `invalid-input` */
export function parseRole(value: string): Role {
  return oneOf(ROLES, value, 'role')
}

/** Reads how a session was opened. @throws HoldfastError `invalid-input` */
export function parseMethod(value: string): Method {
  return oneOf(METHODS, value, 'way to sign in')
}

/** Reads one scope of a token. @throws HoldfastError `invalid-input` */
export function parseScope(value: string): Scope {
  return value === 'dns:write' ? value : oneOf(API_SCOPES, value, 'scope')
}

/** Reads scopes with commas between, as a person types them. @throws HoldfastError `invalid-input` */
export function parseApiScopes(text: string): ApiScope[] {
  const words = text.split(',').map(word => word.trim())
  return [...new Set(words.map(word => oneOf(API_SCOPES, word, 'scope')))]
}

/** Those that open the API. */
export function apiScopes(scopes: readonly Scope[]): ApiScope[] {
  return scopes.filter(scope => scope !== 'dns:write')
}

function oneOf<T extends string>(known: readonly T[], value: string, what: string): T {
  const found = known.find(one => one === value)
  if (!found)
    throw new HoldfastError('invalid-input', `"${value.slice(0, 80)}" is not a ${what}.`, {
      where: what,
      hint: `Known: ${known.join(', ')}.`,
    })
  return found
}
