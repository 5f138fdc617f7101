// `npm start`: makes the checkout ready, then runs Holdfast.
import { ensureBuilt, ensureInstalled, runTypeScript } from './prepare.mjs'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Holdfast needs Node 20.19 or newer; this is ${process.version}.`)
  process.exit(1)
}
const args = process.argv.slice(2)
try {
  if (!args.includes('--help')) {
    await ensureInstalled()
    if (!args.includes('--dev')) await ensureBuilt()
  } else await ensureInstalled()
  runTypeScript('bin/serve.ts', args)
} catch (error) {
  console.error(error.message)
  process.exit(1)
}
