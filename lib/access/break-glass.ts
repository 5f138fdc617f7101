import { randomBytes, randomUUID } from 'node:crypto'
import { HoldfastError } from '../errors'
import { assertPersonName } from './invite-person'
import { type Opened, openSession } from './open-session'
import { hashSecret } from './secrets'
import type { Ledger } from './store'
import type { Client, Principal } from './types'

const CODES = 8
/** Crockford's: no letter that looks like a digit. */
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const GROUPS = 5
const GROUP_LETTERS = 5
/** Enough to end an incident; who may sign in is changed by those who can sign in otherwise. */
const ROLE = 'commander'
const MARK = '(break-glass)'

/** Makes new codes, 125 random bits each, told once; those of before that are not used yet end. */
export async function printBreakGlassCodes(ledger: Ledger, by: string, now: number): Promise<string[]> {
  const codes = Array.from({ length: CODES }, newCode)
  const rows = codes.map(code => ({ id: randomUUID(), codeHash: hashCode(code) }))
  await ledger(async (store, tell) => {
    await store.replaceCodes(rows, by, now)
    tell(by, 'break-glass.printed', 'break-glass', { codes: codes.length })
  })
  return codes
}

/**
 * Uses one code up and opens a session of four hours as commander. It needs no identity provider, no password and no
 * telephone; every use is told and stays to be reviewed by another person.
 * @throws HoldfastError `unauthenticated`, or `invalid-input` for a name that cannot be shown
 */
export async function breakGlass(
  ledger: Ledger,
  typed: { code: string; name: string; reason: string },
  client: Client,
  now: number,
): Promise<Opened> {
  const person = typed.name.trim()
  assertPersonName(person)
  const { reason } = typed
  return ledger(async (store, tell) => {
    const id = randomUUID()
    const use = { usedBy: person, reason, address: client.address.slice(0, 64), sessionId: id }
    const codeId = await store.redeemCode(hashCode(typed.code), use, now)
    if (codeId === undefined)
      throw new HoldfastError(
        'unauthenticated',
        'This code was used before, was replaced, or is not complete.',
        {
          hint: 'Take the next one of the sheet, or make new ones with `npm run access -- break-glass`.',
        },
      )
    const name = `${person} ${MARK}`
    tell(name, 'break-glass.used', `break-glass/${codeId}`, { reason, address: use.address })
    return openSession(store, tell, { id, name, role: ROLE, method: 'break-glass', client }, now)
  })
}

/**
 * Another person has looked at a use of a code.
 * @throws HoldfastError `not-found`, `conflict` when it was reviewed before, or `forbidden` for who used it
 */
export async function reviewBreakGlass(
  ledger: Ledger,
  id: string,
  note: string,
  by: Principal,
  now: number,
): Promise<void> {
  return ledger(async (store, tell) => {
    const code = await store.findCode(id)
    if (!code?.usedAt) throw new HoldfastError('not-found', 'There is no such use of a code.')
    const login = by.personId && (await store.findPerson({ id: by.personId }))?.person.login
    const names = [by.name, login].map(name => name?.toLowerCase())
    if (by.method === 'break-glass' || names.includes(code.usedBy?.toLowerCase()))
      throw new HoldfastError('forbidden', 'Whoever came through broken glass cannot review it themselves.', {
        hint: 'Another commander or administrator, signed in as usual, must look at it.',
      })
    if (!(await store.reviewCode(id, by.name, note, now)))
      throw new HoldfastError('conflict', 'Somebody has reviewed this already.')
    tell(by.name, 'break-glass.reviewed', `break-glass/${id}`, { usedBy: code.usedBy ?? '', note })
  })
}

function newCode(): string {
  const letters = [...randomBytes(GROUPS * GROUP_LETTERS)].map(byte => LETTERS[byte % LETTERS.length])
  const groups = Array.from({ length: GROUPS }, (_, i) =>
    letters.slice(i * GROUP_LETTERS, (i + 1) * GROUP_LETTERS).join(''),
  )
  return groups.join('-')
}

/** However it was typed: small letters, without dashes, O for 0, I or L for 1. */
function hashCode(typed: string): string {
  const plain = typed.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1')
  return hashSecret(`break-glass ${plain}`)
}
