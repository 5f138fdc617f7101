import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { ObservationReceiver } from './support/observation-receiver'
import {
  addressOf,
  NXDOMAIN,
  REFUSED,
  reply,
  type ScriptedResolver,
  SERVFAIL,
  startResolver,
} from './support/scripted-resolver'
import { temporaryFolder } from './support/temporary-folder'
import { until } from './support/until'

const folder = path.resolve(import.meta.dirname, '../../deploy/dns-probe')
const KUBERNETES = 'kubernetes.default.svc.cluster.local'

let dir: string
let receiver: ObservationReceiver
const children: ChildProcess[] = []
const resolvers: ScriptedResolver[] = []

beforeEach(async () => {
  dir = await temporaryFolder('dns-agent')
  receiver = new ObservationReceiver()
  await receiver.open()
  await writeFile(path.join(dir, 'token'), `${receiver.token}\n`)
})

afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode === null && child.kill('SIGTERM')) await once(child, 'exit')
  }
  for (const resolver of resolvers.splice(0)) resolver.close()
  await receiver.close()
  receiver.end()
  await rm(dir, { recursive: true, force: true })
})

async function resolver(...scripts: Parameters<typeof startResolver>): Promise<ScriptedResolver> {
  const started = await startResolver(...scripts)
  resolvers.push(started)
  return started
}

/** The program as the Deployment runs it, once a second. */
function agent(env: Record<string, string>): { child: ChildProcess; said: () => string } {
  const child = spawn(process.execPath, [path.join(folder, 'probe.mjs')], {
    env: {
      ...process.env,
      HOLDFAST_URL: receiver.url,
      HOLDFAST_TOKEN_FILE: path.join(dir, 'token'),
      HOLDFAST_INTERVAL_SECONDS: '1',
      HOLDFAST_REPLICA: 'probe-a',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  let words = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', chunk => {
      words += chunk
    })
  return { child, said: () => words }
}

const livePath = () => receiver.watch.livePaths.get('eu-1')

describe('the probe agent', () => {
  it('tells of the live path, of T0, and of what is left in caches then', async () => {
    const dns = await resolver(query => [reply(query, NXDOMAIN)])
    agent({ HOLDFAST_RESOLVERS: dns.address })
    await until('an answering live path', () => livePath()?.state === 'answering' || undefined)
    expect(dns.asked.every(name => /^x[0-9a-f]{12}\.default\.svc\.cluster\.local$/.test(name))).toBe(true)
    expect(new Set(dns.asked).size).toBe(dns.asked.length)

    const lostAt = Date.now()
    dns.script = query =>
      query.questions?.[0]?.name === KUBERNETES
        ? [reply(query, 0, [addressOf(query, 17)])]
        : [reply(query, SERVFAIL)]
    const failing = await until('T0', () => (livePath()?.names ? livePath() : undefined))
    expect(failing).toMatchObject({ state: 'failing', by: 'agent', failure: 'servfail' })
    expect(failing.failingSince).toBeGreaterThanOrEqual(lostAt - 1_000)
    expect(failing.names).toMatchObject([
      { name: KUBERNETES, resolver: `probe-a ${dns.address}`, ttlSeconds: 17 },
    ])
    expect(receiver.posts.at(-1)).toMatchObject({
      answers: [{ proven: true }],
      failingSince: expect.stringMatching(/Z$/),
    })
    // Read once, whatever follows.
    const asked = () => dns.asked.filter(name => name === KUBERNETES).length
    const rounds = receiver.posts.length
    await until('two more rounds', () => receiver.posts.length >= rounds + 2 || undefined)
    expect(asked()).toBe(1)

    dns.script = query => [reply(query, NXDOMAIN)]
    await until('names that renew', () => livePath()?.state === 'answering' || undefined)
  })

  it('keeps what it cannot send, and sends it in order when Holdfast is back', async () => {
    const dns = await resolver(query => [reply(query, NXDOMAIN)])
    const { said } = agent({ HOLDFAST_RESOLVERS: dns.address })
    await until('a first message', () => receiver.posts.length > 0 || undefined)
    await receiver.close()
    await until('the agent to notice', () => said().includes('cannot be reached') || undefined)
    const asked = dns.asked.length
    await until('two rounds in the meantime', () => dns.asked.length >= asked + 2 || undefined)
    const before = receiver.posts.length
    await receiver.open()
    await until('what was kept', () => receiver.posts.length >= before + 3 || undefined)
    const numbers = receiver.posts.map(({ sequence }) => sequence)
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b))
    expect(numbers.at(-1)).toBe(numbers.length)
    expect(new Set(receiver.answers)).toEqual(new Set([200]))
  })

  it('tells a Holdfast that has started anew once more, and nothing that it told before counts there', async () => {
    const dns = await resolver(query => [reply(query, NXDOMAIN)])
    agent({ HOLDFAST_RESOLVERS: dns.address })
    const told = await until('a message with a run', () =>
      receiver.posts.find(({ run }) => run !== undefined),
    )
    receiver.sources.start([])
    receiver.watch.livePaths.clear()
    const again = await until('another run', () => receiver.posts.find(({ run }) => run && run !== told.run))
    // The one before it carried the old run: the same message, told twice.
    expect(receiver.posts.filter(({ sequence }) => sequence === again.sequence)).toHaveLength(2)
    await until('an answering live path', () => livePath()?.state === 'answering' || undefined)
    const [record] = receiver.watch.records.values()
    if (!record) throw new Error('no cluster')
    const before = receiver.sources.of(record)
    const answer = await fetch(new URL('/api/v1/dns-observations', receiver.url), {
      method: 'POST',
      headers: { authorization: `Bearer ${receiver.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(told),
    })
    expect(await answer.json()).toMatchObject({ accepted: 'again', run: again.run })
    expect(receiver.sources.of(record).sources.length).toBe(before.sources.length)
  })

  it('is one of two; the one that is killed is missed by nobody but shown', async () => {
    const dns = await resolver(query => [reply(query, NXDOMAIN)])
    const { child } = agent({ HOLDFAST_RESOLVERS: dns.address })
    agent({ HOLDFAST_RESOLVERS: dns.address, HOLDFAST_REPLICA: 'probe-b' })
    const [record] = receiver.watch.records.values()
    if (!record) throw new Error('no cluster')
    const rows = () => receiver.sources.of(record).sources
    await until('both replicas', () => rows().length === 2 || undefined)
    child.kill('SIGKILL')
    await once(child, 'exit')
    receiver.offsetMs = 20_000
    const told = receiver.posts.length
    await until('the other one', () => receiver.posts.length >= told + 2 || undefined)
    expect(livePath()).toMatchObject({ state: 'answering' })
    const ages = Object.fromEntries(rows().map(({ name, at }) => [name, Date.now() - Date.parse(at ?? '')]))
    expect((ages['probe-a'] ?? 0) - (ages['probe-b'] ?? 0)).toBeGreaterThan(15_000)
  })

  it('is not led astray by resolvers that lie, hang, cut, oversize or forge', async () => {
    const behaviours: Record<string, { resolver: ScriptedResolver; result: string[] }> = {}
    const add = async (name: string, result: string[], ...scripts: Parameters<typeof startResolver>) => {
      behaviours[name] = { resolver: await resolver(...scripts), result }
    }
    await add('lies', ['answer'], query => [reply(query, 0, [addressOf(query, 30)])])
    await add('hangs', ['timeout'], () => [])
    await add('refuses', ['refused'], query => [reply(query, REFUSED)])
    await add(
      'cuts, and answers in full over TCP',
      ['nxdomain'],
      query => [reply(query, 0, [], { flags: 0x200 })],
      query => [reply(query, NXDOMAIN)],
    )
    await add('cuts, and nothing listens on TCP', ['unreachable', 'timeout'], query => [
      reply(query, 0, [], { flags: 0x200 }),
    ])
    await add('is forged: other ids and questions come first', ['nxdomain'], query => [
      reply({ ...query, id: (query.id ?? 0) ^ 1 }, 0, [addressOf(query, 30)]),
      reply({ ...query, questions: [{ type: 'A', name: 'other.example' }] }, SERVFAIL),
      reply(query, NXDOMAIN),
    ])
    // c-ares gives up at the first packet that it cannot read; that says nothing of CoreDNS, and counts as nothing.
    await add('oversizes what is not asked', ['servfail', 'malformed'], query => [
      Buffer.alloc(8_000, 0xc0),
      reply(query, SERVFAIL),
    ])
    const all = Object.values(behaviours)
    agent({ HOLDFAST_RESOLVERS: all.map(one => one.resolver.address).join(' ') })
    const post = await until('a whole round', () => receiver.posts[0])
    for (const [name, { resolver: one, result }] of Object.entries(behaviours)) {
      const told = post.answers.find(answer => answer.resolver === one.address)?.result
      expect(result, `a resolver that ${name}`).toContain(told)
    }
  })

  it('is told of its wrong clock and of a token that opens nothing, and says so', async () => {
    const dns = await resolver(query => [reply(query, NXDOMAIN)])
    receiver.offsetMs = 95_000
    const { said } = agent({ HOLDFAST_RESOLVERS: dns.address })
    await until('the refusal', () => /answered 400: .*95 s behind/.test(said()) || undefined)
    expect(said()).toContain('NTP')
    expect(receiver.watch.livePaths.size).toBe(0)
    receiver.offsetMs = 0
    await until('an answer to be taken', () => livePath()?.state === 'answering' || undefined)
    await writeFile(path.join(dir, 'token'), 'hfp_another')
    await until('the next refusal', () => /answered 401/.test(said()) || undefined)
  })

  it.each([
    [{ HOLDFAST_URL: 'http://holdfast.example.com' }, /must be https/],
    [{ HOLDFAST_URL: 'nonsense' }, /must be the address of Holdfast/],
    [{ HOLDFAST_RESOLVERS: 'kube-dns.kube-system' }, /is no resolver/],
    [{ HOLDFAST_RESOLVERS: '' }, /must name 1 to 8/],
    [{ HOLDFAST_INTERVAL_SECONDS: '0' }, /from 1 to 60/],
  ])('does not start with %j', async (env, words) => {
    const { child, said } = agent({ HOLDFAST_RESOLVERS: '127.0.0.1:53', ...env })
    const [code] = await once(child, 'close')
    expect(code).toBe(2)
    expect(said()).toMatch(words)
  })
})

describe('its manifests', () => {
  interface Manifest {
    kind: string
    metadata: { name: string; labels?: Record<string, string> }
    automountServiceAccountToken?: boolean
    spec?: Record<string, unknown>
  }

  it('ask for nothing that the restricted pod security level forbids, and for no API access', async () => {
    const text = await readFile(path.join(folder, 'manifests.yaml'), 'utf8')
    const all = parseAllDocuments(text).map(document => document.toJS() as Manifest)
    expect(all.map(({ kind }) => kind)).toEqual([
      'Namespace',
      'ServiceAccount',
      'Deployment',
      'NetworkPolicy',
    ])
    const [namespace, account, deployment, policy] = all
    expect(namespace?.metadata.labels).toMatchObject({ 'pod-security.kubernetes.io/enforce': 'restricted' })
    expect(account?.automountServiceAccountToken).toBe(false)
    expect(policy?.spec).toMatchObject({ policyTypes: ['Ingress', 'Egress'], ingress: [] })
    expect(deployment?.spec).toMatchObject({
      replicas: 2,
      template: {
        spec: {
          automountServiceAccountToken: false,
          dnsPolicy: 'Default',
          securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
          containers: [
            {
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ['ALL'] },
              },
            },
          ],
        },
      },
    })
  })

  it('run a program of Node’s own modules, with settings that it knows', async () => {
    const program = await readFile(path.join(folder, 'probe.mjs'), 'utf8')
    const imports = [...program.matchAll(/from '([^']+)'/g)].map(([, name]) => name)
    expect(imports.length).toBeGreaterThan(3)
    expect(imports.filter(name => !name?.startsWith('node:'))).toEqual([])
    const settings = await readFile(path.join(folder, 'settings.env'), 'utf8')
    const keys = [...settings.matchAll(/^([A-Z_]+)=/gm)].map(([, key = '']) => key)
    expect(keys).toContain('HOLDFAST_RESOLVERS')
    for (const key of keys) expect(program).toContain(`env.${key}`)
  })
})
