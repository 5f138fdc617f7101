// `npm start`: makes the checkout ready, then runs Holdfast.
import { spawnSync } from 'node:child_process'
import { ensureBuilt, ensureInstalled, root, runTypeScript } from './prepare.mjs'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Holdfast needs Node 20.19 or newer; this is ${process.version}.`)
  process.exit(1)
}
const args = process.argv.slice(2)

/** A typing error must not cost a minute of building. */
function checkSettings() {
  const check = ['--import', 'tsx', 'bin/check.ts', ...args]
  const { status } = spawnSync(process.execPath, check, { cwd: root, stdio: 'inherit' })
  if (status !== 0) process.exit(1)
}

try {
  await ensureInstalled()
  if (!args.includes('--help') && !args.includes('--dev')) await ensureBuilt(checkSettings)
  runTypeScript('bin/serve.ts', args)
} catch (error) {
  console.error(error.message)
  process.exit(1)
}
