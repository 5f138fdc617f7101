// Access without a browser, for the Holdfast whose data folder or DATABASE_URL is given.
import { parseArgs } from 'node:util'
import { printBreakGlassCodes } from '../lib/access/break-glass'
import { inviteAgain, invitePerson } from '../lib/access/invite-person'
import { parseRole } from '../lib/access/parse-access'
import { HoldfastError } from '../lib/errors'
import { createAccessLedger, createAccessStore } from '../lib/store/access-store'
import type { Database } from '../lib/store/database'
import { operatorName } from './operator-name'
import { sheetOfCodes } from './sheet-of-codes'
import { withDatabase } from './with-database'

const USAGE = `Usage: npm run access -- break-glass
       npm run access -- people
       npm run access -- invite --name NAME --login NAME_OR_EMAIL --role viewer|responder|commander|administrator
       npm run access -- invite --login NAME_OR_EMAIL

break-glass prints new sealed one-time codes, once; those of before that are not used end.
invite prints a link on which the person sets a password; without --name it is a new link for somebody who is known.`

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    args: process.argv.slice(2),
    allowPositionals: true,
    options: {
      name: { type: 'string' },
      login: { type: 'string' },
      role: { type: 'string' },
      help: { type: 'boolean' },
    },
  })
  const [verb = ''] = positionals
  const { name, login, role, help } = values
  const isWhole =
    verb === 'break-glass' || verb === 'people' || (verb === 'invite' && login && (!name || role))
  if (help || !isWhole) {
    console.error(USAGE)
    process.exit(help ? 0 : 2)
  }
  await withDatabase(async db => console.log(await run(verb, { name, login, role }, db, Date.now())))
}

async function run(
  verb: string,
  { name, login = '', role = '' }: { name?: string; login?: string; role?: string },
  db: Database,
  now: number,
): Promise<string> {
  const ledger = createAccessLedger(db, () => now)
  const store = createAccessStore(db)
  const by = operatorName()
  if (verb === 'break-glass') return sheetOfCodes(await printBreakGlassCodes(ledger, by, now))
  if (verb === 'people') {
    const people = await store.listPeople()
    const lines = people.map(one =>
      [one.login, one.name, one.role, one.disabledAt ? 'disabled' : ''].join('  '),
    )
    return lines.join('\n') || 'Nobody was invited yet.'
  }
  if (name) {
    const invitation = await invitePerson(ledger, { name, login, role: parseRole(role) }, by, now)
    return `/invitation?token=${invitation.secret}`
  }
  const known = await store.findPerson({ login: login.toLowerCase() })
  if (!known) throw new HoldfastError('not-found', `Nobody signs in as ${login}.`)
  return `/invitation?token=${(await inviteAgain(ledger, known.person.id, by, now)).secret}`
}

main().catch(error => {
  console.error(
    error instanceof HoldfastError ? [error.message, error.hint].filter(Boolean).join('\n') : error.message,
  )
  process.exit(1)
})
