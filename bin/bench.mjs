// `npm run bench -- NAME`: prints one JSON line a figure.
import { ensureInstalled, runTypeScript } from './prepare.mjs'

await ensureInstalled()
runTypeScript('e2e/bench/main.ts', process.argv.slice(2))
