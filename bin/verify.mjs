// `npm run verify`: format, lint, types, direction of imports, dead code.

import path from 'node:path'
import { ensureInstalled, root, run } from './prepare.mjs'

const script = (...parts) => path.join(root, 'node_modules', ...parts)
const CODE = ['lib', 'app', 'components', 'bin', 'e2e', 'instrumentation.ts', 'proxy.ts']

/** A checker that reads nothing finds nothing wrong. */
function readsModules(output) {
  const modules = Number(/(\d+) modules/.exec(output)?.[1] ?? 0)
  if (modules < 100) throw new Error(`only ${modules} modules were read:\n${output}`)
}

const CHECKS = [
  { name: 'format and lint', args: [script('@biomejs/biome/bin/biome'), 'check', '.'] },
  { name: 'types', args: [script('typescript/bin/tsc'), '--noEmit', '-p', '.'] },
  {
    name: 'direction of imports',
    args: [
      '--import',
      path.join(root, 'bin/lend-typescript.mjs'),
      script('dependency-cruiser/bin/dependency-cruise.mjs'),
      ...CODE,
      '--config',
      '.dependency-cruiser.cjs',
    ],
    look: readsModules,
  },
  { name: 'dead code', args: [script('knip/bin/knip.js'), '--no-progress'] },
]

await ensureInstalled()
let failed = 0
for (const { name, args, look } of CHECKS) {
  const startedAt = performance.now()
  try {
    const output = await run(process.execPath, args, { quiet: true })
    look?.(output)
    console.log(`ok      ${name} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`)
  } catch (error) {
    failed++
    console.log(`FAILED  ${name}\n${error.message}`)
  }
}
process.exit(failed === 0 ? 0 : 1)
