// Makes API tokens and sign-in links for the Holdfast whose data folder or DATABASE_URL is given.
import { parseArgs } from 'node:util'
import { createToken, parseRole } from '../lib/access/create-token'
import { createSignInLink } from '../lib/access/sign-in'
import { HoldfastError } from '../lib/errors'
import { createAccessStore } from '../lib/store/access-store'
import { withDatabase } from './with-database'

const USAGE = `Usage: npm run token -- create --name NAME --role viewer|responder|commander|administrator [--days N]
       npm run token -- link   --name NAME --role ROLE

create prints an API token once; link prints a one-time sign-in link for a person.`

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    args: process.argv.slice(2),
    allowPositionals: true,
    options: {
      name: { type: 'string' },
      role: { type: 'string' },
      days: { type: 'string' },
      help: { type: 'boolean' },
    },
  })
  const verb = positionals[0]
  if (values.help || (verb !== 'create' && verb !== 'link') || !values.name || !values.role) {
    console.error(USAGE)
    process.exit(values.help ? 0 : 2)
  }
  const role = parseRole(values.role)
  const name = values.name
  const now = Date.now()
  const days = values.days === undefined ? undefined : Number(values.days)
  if (days !== undefined && !(days > 0 && days < 3_660))
    throw new HoldfastError(
      'invalid-input',
      `--days is "${values.days}"; it must be a number of days above 0.`,
    )
  await withDatabase(async db => {
    const store = createAccessStore(db)
    if (verb === 'create')
      console.log(await createToken(store, { name, role, expiresAt: days && now + days * 86_400_000 }, now))
    else console.log(`/sign-in?token=${(await createSignInLink(store, { name, role }, now)).secret}`)
  })
}

main().catch(error => {
  console.error(
    error instanceof HoldfastError ? [error.message, error.hint].filter(Boolean).join('\n') : error.message,
  )
  process.exit(1)
})
