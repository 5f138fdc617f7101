// Makes API tokens and sign-in links for the Holdfast whose data folder or DATABASE_URL is given.
import { parseArgs } from 'node:util'
import { createProbeToken, createToken, parseRole } from '../lib/access/create-token'
import { createSignInLink } from '../lib/access/sign-in'
import { HoldfastError } from '../lib/errors'
import { createAccessStore } from '../lib/store/access-store'
import { createAuditStore } from '../lib/store/audit-store'
import type { Database } from '../lib/store/database'
import { withDatabase } from './with-database'

const USAGE = `Usage: npm run token -- create --name NAME --role viewer|responder|commander|administrator [--days N]
       npm run token -- link   --name NAME --role ROLE
       npm run token -- probe  --name NAME --cluster CLUSTER_ID [--days N]

create prints an API token once; link prints a one-time sign-in link for a person; probe prints a token with which
probe agents (deploy/dns-probe) tell what they see of the DNS of one cluster, and can do nothing else.`

const DAY_MS = 86_400_000

interface Wish {
  name: string
  role?: string
  cluster?: string
  expiresAt?: number
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    args: process.argv.slice(2),
    allowPositionals: true,
    options: {
      name: { type: 'string' },
      role: { type: 'string' },
      cluster: { type: 'string' },
      days: { type: 'string' },
      help: { type: 'boolean' },
    },
  })
  const verb = positionals[0]
  const { name, role, cluster, help } = values
  const isWhole = verb === 'probe' ? cluster : verb === 'create' || verb === 'link' ? role : undefined
  if (help || !isWhole || !name) {
    console.error(USAGE)
    process.exit(help ? 0 : 2)
  }
  const now = Date.now()
  const days = values.days === undefined ? undefined : Number(values.days)
  if (days !== undefined && !(days > 0 && days < 3_660))
    throw new HoldfastError(
      'invalid-input',
      `--days is "${values.days}"; it must be a number of days above 0.`,
    )
  const expiresAt = days === undefined ? undefined : now + days * DAY_MS
  await withDatabase(async db => console.log(await make(verb, { name, role, cluster, expiresAt }, db, now)))
}

/** Makes what is wished for; tokens leave a line in the audit. */
async function make(
  verb: string | undefined,
  { name, role = '', cluster = '', expiresAt }: Wish,
  db: Database,
  now: number,
): Promise<string> {
  const store = createAccessStore(db)
  if (verb === 'link') {
    const { secret } = await createSignInLink(store, { name, role: parseRole(role) }, now)
    return `/sign-in?token=${secret}`
  }
  const { id, secret } =
    verb === 'probe'
      ? await createProbeToken(store, { name, clusterId: cluster, expiresAt }, now)
      : await createToken(store, { name, role: parseRole(role), expiresAt }, now)
  const may = verb === 'probe' ? { kind: 'probe', clusterId: cluster } : { kind: 'api', role }
  const until = expiresAt === undefined ? null : new Date(expiresAt).toISOString()
  await createAuditStore(db).append([
    {
      at: now,
      actor: `${process.env.USER || process.env.USERNAME || 'somebody'} by command line`,
      verb: 'token.created',
      subject: `token/${id}`,
      detail: { name, ...may, expiresAt: until },
    },
  ])
  return secret
}

main().catch(error => {
  console.error(
    error instanceof HoldfastError ? [error.message, error.hint].filter(Boolean).join('\n') : error.message,
  )
  process.exit(1)
})
