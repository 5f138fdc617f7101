// A real control plane for tests and drills: `npm run controlplane -- up | down | status | build`.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const cli = fileURLToPath(new URL('../e2e/controlplane/cli.ts', import.meta.url))
const { status, signal } = spawnSync(
  process.execPath,
  ['--import', import.meta.resolve('tsx'), cli, ...process.argv.slice(2)],
  // npm changes to the package's folder: a relative --data is meant from where the person is.
  { cwd: process.env.INIT_CWD, stdio: 'inherit' },
)
process.exitCode = signal ? 1 : (status ?? 1)
