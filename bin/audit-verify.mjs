// `npm run audit:verify`: checks the hash chain of the audit log.
import { ensureInstalled, runTypeScript } from './prepare.mjs'

await ensureInstalled()
runTypeScript('bin/audit-verify.ts', process.argv.slice(2))
