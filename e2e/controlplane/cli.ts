import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { findBinaries } from './binaries'
import { buildableMinors } from './build'
import { controlPlaneStatus } from './control-plane-status'
import { findCoreDns } from './coredns-binary'
import { stockDnsServers } from './dns-servers'
import { haltProgram, resumeProgram } from './outage'
import { defaultRunFolder } from './paths'
import { type StartOptions, startControlPlane } from './start-control-plane'
import { stopControlPlane } from './stop-control-plane'

const usage = `A real etcd, kube-apiserver and kube-controller-manager on loopback.

  npm run controlplane -- up [--nodes 200] [--pods 0] [--version ${buildableMinors()[0]}] [--data DIR]
                             [--services 0] [--no-dns]
                             [--inflight N] [--mutating N] [--controller-qps N] [--memory MiB]
  npm run controlplane -- down [--data DIR]
  npm run controlplane -- status [--data DIR]
  npm run controlplane -- halt|resume PROGRAM [--data DIR]
  npm run controlplane -- build [--version ${buildableMinors().join('|')}]

CoreDNS and a node cache in front of it are started too, where CoreDNS is in the cache folder or can be built;
--no-dns leaves them out. PROGRAM is etcd, kube-apiserver, kube-controller-manager, coredns or node-cache.

--inflight and --mutating set the API server's --max-requests-inflight and
--max-mutating-requests-inflight (without --mutating: half of --inflight), so that
priority and fairness bites on a small machine; --controller-qps is the controller
manager's --kube-api-qps (20 when not given: it makes and removes about ten pods a second).
Default of --data: ${defaultRunFolder()}`

class UsageError extends Error {}

function count(name: string, text: string | undefined, smallest: number): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < smallest || value > 100_000) {
    throw new UsageError(`--${name} wants a whole number from ${smallest} to 100000, not "${text}"`)
  }
  return value
}

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        nodes: { type: 'string' },
        pods: { type: 'string' },
        version: { type: 'string' },
        data: { type: 'string' },
        inflight: { type: 'string' },
        mutating: { type: 'string' },
        'controller-qps': { type: 'string' },
        memory: { type: 'string' },
        services: { type: 'string' },
        'no-dns': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    })
    const [command, program, ...more] = positionals
    const wanted = command === 'halt' || command === 'resume' ? 2 : 1
    if (more.length > 0 || positionals.length > wanted) {
      throw new UsageError(`"${positionals[wanted]}" is too much`)
    }
    return { values, command: values.help ? 'help' : command, program: program ?? '' }
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

/** The stock pair of DNS servers; undefined, and said so, when there is no CoreDNS to be had. */
async function stockDns(say: (line: string) => void): Promise<StartOptions['dns']> {
  const binary = await findCoreDns({ allowBuild: true, say }).catch((error: Error) => ({
    missing: error.message,
  }))
  if ('missing' in binary) {
    say(`starting without coredns and node-cache: ${binary.missing}`)
    return undefined
  }
  say(`CoreDNS ${binary.version} (${binary.file})`)
  return paths => stockDnsServers(binary, paths)
}

async function run(): Promise<number> {
  const { values, command, program } = readArguments()
  const say = (line: string) => console.error(line)
  // npm changes to the package's folder: a relative path is meant from where the person is.
  const dir = values.data && resolve(process.env.INIT_CWD ?? '.', values.data)
  switch (command) {
    case 'up': {
      const inflight = count('inflight', values.inflight, 2)
      const before = await controlPlaneStatus(dir)
      if (before.state === 'up' && before.kubeconfigPath) {
        say('already up, as it was started: `down` first for another size or version')
        console.log(before.kubeconfigPath)
        return 0
      }
      if (before.state === 'starting') throw new Error('another `up` is at work on it')
      if (before.state === 'broken') {
        say('clearing away what is left of an earlier run')
        await stopControlPlane(dir)
      }
      // Ctrl-C while it comes up must leave nothing behind.
      let interrupted = false
      for (const name of ['SIGINT', 'SIGTERM'] as const) {
        process.on(name, () => {
          if (interrupted) return // A terminal and npm may both send it.
          interrupted = true
          say('interrupted: taking down what was started')
          stopControlPlane(dir).finally(() => process.exit(130))
        })
      }
      const { kubeconfigPath, operatorKubeconfigPath } = await startControlPlane({
        dir,
        nodes: count('nodes', values.nodes, 0),
        pods: count('pods', values.pods, 0),
        services: count('services', values.services, 0),
        dns: values['no-dns'] ? undefined : await stockDns(say),
        minor: values.version,
        inflight,
        mutatingInflight:
          count('mutating', values.mutating, 1) ?? (inflight && Math.max(1, Math.floor(inflight / 2))),
        controllerQps: count('controller-qps', values['controller-qps'], 1),
        memoryLimitMiB: count('memory', values.memory, 512),
        say,
      })
      say(`to start Holdfast with: ${operatorKubeconfigPath}`)
      say('contexts of the kubeconfig: ordinary, telemetry, break-glass')
      console.log(kubeconfigPath)
      return 0
    }
    case 'down':
      await stopControlPlane(dir)
      say('nothing is left running')
      return 0
    case 'status': {
      const { state, lines, kubeconfigPath } = await controlPlaneStatus(dir)
      for (const line of lines) say(line)
      if (kubeconfigPath) console.log(kubeconfigPath)
      return state === 'broken' ? 1 : 0
    }
    case 'halt':
    case 'resume':
      await (command === 'halt' ? haltProgram : resumeProgram)(program, dir)
      say(command === 'halt' ? `${program} is down until \`resume ${program}\`` : `${program} may run again`)
      return 0
    case 'build': {
      const found = await findBinaries({ allowBuild: true, minor: values.version, say })
      if ('missing' in found) throw new Error(found.missing)
      console.log(found.dir)
      const coreDns = await findCoreDns({ allowBuild: true, say })
      if ('missing' in coreDns) throw new Error(coreDns.missing)
      console.log(coreDns.file)
      return 0
    }
    case 'help':
      console.log(usage)
      return 0
    default:
      throw new UsageError(command ? `no such command: ${command}` : 'a command is wanted')
  }
}

run().then(
  code => {
    process.exitCode = code
  },
  (error: Error) => {
    console.error(error instanceof UsageError ? `${error.message}\n\n${usage}` : error.message)
    process.exitCode = error instanceof UsageError ? 2 : 1
  },
)
