import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { telemetry } from '../controlplane/workloads'
import type { Contestant } from './contestant'
import type { Laboratory } from './laboratory'

// Ends with whoever started it: a loop of retries must not outlive the race.
const script = `
while kill -0 "$RACE" 2>/dev/null; do
  echo attempt
  "$KUBECTL" --kubeconfig "$KUBECONFIG_FILE" --context "$CONTEXT" --cache-dir "$CACHE" -v=6 \\
    delete daemonset ${telemetry.name} --namespace ${telemetry.namespace} --ignore-not-found --timeout=10s && exit 0
  sleep 1
done`

/** What a person does by hand: \`kubectl delete daemonset --timeout\` until it works, a second apart. */
export function kubectlLoop(
  kubectl: string,
  laboratory: Laboratory,
  context: 'ordinary' | 'break-glass',
): Contestant {
  const folder = path.join(laboratory.dir, `kubectl-${context}`)
  const log = path.join(folder, 'log')
  const env = {
    ...process.env,
    HOME: folder,
    KUBECTL: kubectl,
    KUBECONFIG_FILE: laboratory.kubeconfigPath,
    CONTEXT: context,
    CACHE: path.join(folder, 'cache'),
    RACE: String(process.pid),
  }
  let child: ChildProcess | undefined
  const killGroup = () => {
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
    process.kill(-child.pid, 'SIGKILL')
  }

  return {
    name: context === 'ordinary' ? 'kubectl-ordinary' : 'kubectl-exempt',
    async prepare() {
      await mkdir(folder, { recursive: true })
      await writeFile(log, '')
      // Discovery is in its cache, as it is for somebody who has used it today.
      const warmUp = spawn(
        kubectl,
        ['--kubeconfig', laboratory.kubeconfigPath, '--context', context, '--cache-dir', env.CACHE].concat([
          'get',
          'daemonset',
          telemetry.name,
          '--namespace',
          telemetry.namespace,
        ]),
        { env, stdio: 'ignore' },
      )
      const [code] = await once(warmUp, 'exit')
      if (code !== 0) throw new Error(`kubectl cannot use the context ${context} (exit ${code})`)
    },
    async act(signal) {
      child = spawn('sh', ['-c', `exec >>"${log}" 2>&1; ${script}`], { env, stdio: 'ignore', detached: true })
      signal.addEventListener('abort', killGroup, { once: true })
      await once(child, 'exit')
    },
    async effort() {
      const lines = (await readFile(log, 'utf8')).split('\n')
      return {
        attempts: lines.filter(line => line === 'attempt').length,
        requests: lines.filter(line => / in \d+ milliseconds|\bmilliseconds=\d+/.test(line)).length,
      }
    },
    async cleanUp() {
      killGroup()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
