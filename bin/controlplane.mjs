// A real control plane for tests and drills: `npm run controlplane -- up | down | status | build`.
import { existsSync } from 'node:fs'
import path from 'node:path'
import { ensureInstalled, root, runTypeScript } from './prepare.mjs'

// Not more than it needs: no database client, and nothing on standard output but the kubeconfig's path.
const needed = ['tsx', 'undici', 'yaml', '@peculiar/x509']
if (needed.some(name => !existsSync(path.join(root, 'node_modules', name)))) await ensureInstalled()
runTypeScript('e2e/controlplane/cli.ts', process.argv.slice(2))
