// `npm test`: unit and contract tests, then the whole product in a real browser. Ends with one line of counts.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { ensureBrowser, ensureBuilt, ensureInstalled, root, run } from './prepare.mjs'

const results = path.join(root, 'test-results')
const total = { passed: 0, failed: 0, skipped: 0 }
const skippedNames = []
/** Tests of the contract with an API server, by the server that they passed against. */
const contract = new Map()

async function runner(name, args, report, count, env = {}) {
  let broken
  try {
    await run(process.execPath, args, { env })
  } catch (error) {
    broken = error.message
  }
  const before = { ...total }
  if (existsSync(report)) count(JSON.parse(readFileSync(report, 'utf8')))
  const ran = total.passed + total.failed + total.skipped - before.passed - before.failed - before.skipped
  // A runner that broke down without a failed test must not look green.
  if (ran === 0 || (broken && total.failed === before.failed)) {
    console.error(`${name} did not run to its end: ${broken ?? 'no test was found'}`)
    total.failed++
  }
}

function countVitest(report) {
  for (const file of report.testResults)
    for (const test of file.assertionResults) {
      const [server] = test.ancestorTitles
      if (test.status === 'passed' && file.name.includes('/e2e/contract/'))
        contract.set(server, (contract.get(server) ?? 0) + 1)
      if (test.status === 'passed') total.passed++
      else if (test.status === 'failed') total.failed++
      else {
        total.skipped++
        skippedNames.push(test.fullName)
      }
    }
}

function countPlaywright(report) {
  const walk = (suite, names) => {
    for (const spec of suite.specs ?? [])
      for (const test of spec.tests) {
        if (test.status === 'expected') total.passed++
        else if (test.status === 'skipped') {
          total.skipped++
          skippedNames.push([...names, spec.title].join(' '))
        } else total.failed++
      }
    for (const inner of suite.suites ?? []) walk(inner, [...names, inner.title])
  }
  for (const suite of report.suites) walk(suite, [suite.title])
}

try {
  await ensureInstalled()
  rmSync(results, { recursive: true, force: true })
  mkdirSync(results, { recursive: true })
  const vitestReport = path.join(results, 'vitest.json')
  const vitest = path.join(root, 'node_modules/vitest/vitest.mjs')
  await runner(
    'Vitest',
    [vitest, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${vitestReport}`],
    vitestReport,
    countVitest,
  )
  await ensureBuilt()
  const browser = await ensureBrowser()
  if (!browser)
    throw new Error(
      'No Chromium can be had for the browser tests. Install one, or name it in PLAYWRIGHT_CHROMIUM_PATH.',
    )
  const playwright = path.join(root, 'node_modules/@playwright/test/cli.js')
  await runner(
    'Playwright',
    [playwright, 'test', '--config', 'e2e/playwright.config.ts'],
    path.join(results, 'playwright.json'),
    countPlaywright,
    {
      PLAYWRIGHT_CHROMIUM_PATH: browser,
    },
  )
} catch (error) {
  console.error(error.message)
  total.failed++
}
if (skippedNames.length > 0) console.log(`\nSkipped:\n${skippedNames.map(name => `  ${name}`).join('\n')}`)
if (contract.size > 0) {
  const lines = [...contract].map(([server, passed]) => `  ${passed} passed against ${server}`)
  console.log(`\nContract with an API server:\n${lines.join('\n')}`)
}
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
process.exit(total.failed === 0 ? 0 : 1)
