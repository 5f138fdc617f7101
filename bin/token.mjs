// `npm run token -- create --name NAME --role ROLE`: prints an API token once.
import { ensureInstalled, runTypeScript } from './prepare.mjs'

await ensureInstalled()
runTypeScript('bin/token.ts', process.argv.slice(2))
