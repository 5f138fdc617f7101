// `npm run token -- create|link|probe …`: prints a token or a sign-in link once.
import { ensureInstalled, runTypeScript } from './prepare.mjs'

await ensureInstalled()
runTypeScript('bin/token.ts', process.argv.slice(2))
