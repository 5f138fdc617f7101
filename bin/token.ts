// Makes, lists and revokes API tokens, and makes sign-in links, for the Holdfast whose data folder or DATABASE_URL is given.
import { parseArgs } from 'node:util'
import { createProbeToken, createToken, USUAL_SCOPES } from '../lib/access/create-token'
import { parseApiScopes, parseRole } from '../lib/access/parse-access'
import { parseLife } from '../lib/access/parse-life'
import { revokeToken } from '../lib/access/revoke-token'
import { createSignInLink } from '../lib/access/sign-in'
import { API_SCOPES, type ApiToken } from '../lib/access/types'
import { HoldfastError } from '../lib/errors'
import { createAccessLedger, createAccessStore } from '../lib/store/access-store'
import type { Database } from '../lib/store/database'
import { operatorName } from './operator-name'
import { withDatabase } from './with-database'

const USAGE = `Usage: npm run token -- create --name NAME --role viewer|responder|commander|administrator
                              [--scope SCOPE[,SCOPE…]] [--expires 30d|12h]
       npm run token -- probe  --name NAME --cluster CLUSTER_ID [--expires 90d]
       npm run token -- list
       npm run token -- revoke ID
       npm run token -- link   --name NAME --role ROLE

create prints an API token once; it may do what its role and its scopes both allow.
  Scopes: ${API_SCOPES.join(', ')}.
  Without --scope: ${USUAL_SCOPES.join(', ')}.
probe prints a token with which probe agents (deploy/dns-probe) tell what they see of the DNS of one cluster, and can
do nothing else. link prints a one-time sign-in link for a person.`

const OPTIONS = {
  name: { type: 'string' },
  role: { type: 'string' },
  cluster: { type: 'string' },
  scope: { type: 'string' },
  expires: { type: 'string' },
  days: { type: 'string' },
  help: { type: 'boolean' },
} as const
type Values = Partial<Record<'name' | 'role' | 'cluster' | 'scope' | 'expires' | 'days', string>>

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    args: process.argv.slice(2),
    allowPositionals: true,
    options: OPTIONS,
  })
  const [verb = '', id] = positionals
  if (values.help || !isWhole(verb, values, id)) {
    console.error(USAGE)
    process.exit(values.help ? 0 : 2)
  }
  await withDatabase(async db => console.log(await run(verb, values, id, db, Date.now())))
}

function isWhole(verb: string, { name, role, cluster }: Values, id: string | undefined): boolean {
  if (verb === 'list') return true
  if (verb === 'revoke') return id !== undefined
  if (verb === 'probe') return Boolean(name && cluster)
  return (verb === 'create' || verb === 'link') && Boolean(name && role)
}

async function run(
  verb: string,
  { name = '', role = '', cluster = '', scope, expires, days }: Values,
  id = '',
  db: Database,
  now: number,
): Promise<string> {
  const ledger = createAccessLedger(db, () => now)
  const store = createAccessStore(db)
  const by = operatorName()
  const life = expires ?? (days && `${days}d`)
  const expiresAt = life === undefined ? undefined : now + parseLife(life, expires ? '--expires' : '--days')
  switch (verb) {
    case 'list':
      return table(await store.listTokens(), now)
    case 'revoke':
      await revokeToken(ledger, id, by, now)
      return `The token ${id} is revoked. A Holdfast that saw it lately may take it for ten seconds more.`
    case 'link':
      return `/sign-in?token=${(await createSignInLink(store, { name, role: parseRole(role) }, now)).secret}`
    case 'probe':
      return (await createProbeToken(ledger, { name, clusterId: cluster, expiresAt }, by, now)).secret
    default: {
      const scopes = scope === undefined ? undefined : parseApiScopes(scope)
      const wish = { name, role: parseRole(role), scopes, expiresAt }
      return (await createToken(ledger, wish, by, now)).secret
    }
  }
}

function table(tokens: readonly ApiToken[], now: number): string {
  if (tokens.length === 0) return 'There are no tokens.'
  return tokens
    .map(({ id, name, role, scopes, clusterId, expiresAt, revokedAt }) => {
      const until = expiresAt === undefined ? 'never expires' : `until ${new Date(expiresAt).toISOString()}`
      const state = revokedAt !== undefined ? 'revoked' : (expiresAt ?? now + 1) <= now ? 'expired' : until
      const may = clusterId === undefined ? `${role}, ${scopes.join(' ')}` : `probe agent of ${clusterId}`
      return [id, name, may, state].join('  ')
    })
    .join('\n')
}

main().catch(error => {
  console.error(
    error instanceof HoldfastError ? [error.message, error.hint].filter(Boolean).join('\n') : error.message,
  )
  process.exit(1)
})
