// `npm run access -- break-glass|people`: what is done about access on the machine itself.
import { ensureInstalled, runTypeScript } from './prepare.mjs'

await ensureInstalled()
runTypeScript('bin/access.ts', process.argv.slice(2))
