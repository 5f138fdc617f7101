// `npm run verify`: format, lint, types, direction of imports, dead code, known holes in what is shipped.

import path from 'node:path'
import { ensureInstalled, root, run } from './prepare.mjs'

const bin = (name, script, args) => [
  name,
  process.execPath,
  [path.join(root, 'node_modules', script), ...args],
]
const CHECKS = [
  bin('format and lint', '@biomejs/biome/bin/biome', ['check', '.']),
  bin('types', 'typescript/bin/tsc', ['--noEmit', '-p', '.']),
  bin('direction of imports', 'dependency-cruiser/bin/dependency-cruise.mjs', [
    'lib',
    'app',
    'components',
    'bin',
    'e2e',
    'instrumentation.ts',
    'proxy.ts',
    '--config',
    '.dependency-cruiser.cjs',
  ]),
  bin('dead code', 'knip/bin/knip.js', ['--no-progress']),
]

await ensureInstalled()
let failed = 0
for (const [name, command, args] of CHECKS) {
  const startedAt = performance.now()
  try {
    await run(command, args, { quiet: true })
    console.log(`ok      ${name} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`)
  } catch (error) {
    failed++
    console.log(`FAILED  ${name}\n${error.message}`)
  }
}
process.exit(failed === 0 ? 0 : 1)
