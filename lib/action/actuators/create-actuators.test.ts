import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { MockAgent } from 'undici'
import { afterAll, describe, expect, it } from 'vitest'
import { FakeClock } from '../../clock/fake-clock'
import { type ActuatorCall, type DeclaredActuator, inputProblem } from './actuator'
import { callWebhook } from './call-webhook'
import { createActuators } from './create-actuators'

const dir = mkdtempSync(path.join(tmpdir(), 'action-actuators-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const call: ActuatorCall = {
  actuator: 'wall',
  mode: 'apply',
  cluster: { id: 'a', name: 'a; rm -rf /' },
  input: { state: 'closed' },
  idempotencyKey: 'key-1',
}
const never = new AbortController().signal

function actuators() {
  const clock = new FakeClock()
  const lines: string[] = []
  return { clock, lines, ...createActuators({ clock, onCall: line => lines.push(line) }) }
}

/** A program of this script, as an operator would declare it. */
function program(script: string, over: Partial<DeclaredActuator> = {}): DeclaredActuator {
  return {
    name: 'wall',
    purpose: 'restrict-api-access',
    clusters: ['*'],
    input: {},
    timeoutMs: 60_000,
    canUndo: false,
    canCheck: false,
    run: { command: [process.execPath, '-e', script, 'fixed'], environment: ['ACTUATOR_TEST'] },
    ...over,
  }
}
const read = `let t='';process.stdin.on('data',d=>t+=d).on('end',()=>{`

describe('a command', () => {
  it('is told the call on its standard input, has its declared arguments alone, and no more environment', async () => {
    process.env.ACTUATOR_TEST = 'passed on'
    process.env.ACTUATOR_SECRET = 'kept'
    const { call: run, lines } = actuators()
    const script = `${read}const e=process.env;console.log(JSON.stringify([JSON.parse(t),process.argv.slice(1),e.ACTUATOR_TEST,e.ACTUATOR_SECRET??null,e.HOLDFAST_IDEMPOTENCY_KEY]))})`
    const { outcome, text } = await run(program(script), call, never)
    expect(outcome).toBe('done')
    expect(JSON.parse(text)).toEqual([call, ['fixed'], 'passed on', null, 'key-1'])
    expect(lines[0]).toContain('actuator wall apply on a; rm -rf / (key-1): done')
  })

  it.each([
    ['process.exit(75)', 'apply', 'not-now'],
    ['process.exit(1)', 'apply', 'refused'],
    ['process.exit(1)', 'check', 'not-in-effect'],
    ['process.exit(2)', 'check', 'refused'],
    ['process.kill(process.pid, 9)', 'apply', 'lost'],
  ] as const)('%s of %s is %s', async (script, mode, outcome) => {
    expect((await actuators().call(program(script), { ...call, mode }, never)).outcome).toBe(outcome)
  })

  it('that does not exist is refused', async () => {
    const missing = program('', { run: { command: [path.join(dir, 'gone')], environment: [] } })
    expect(await actuators().call(missing, call, never)).toMatchObject({
      outcome: 'refused',
      text: expect.stringContaining('could not be started'),
    })
  })

  it('says so much and no more, without control characters', async () => {
    const script = `process.stdout.write('a\\u001b[31m\\n\\u0000b'+'x'.repeat(1e6))`
    const { text } = await actuators().call(program(script), call, never)
    expect(text.length).toBeLessThanOrEqual(4_096)
    expect(text.startsWith('a [31m bxxx')).toBe(true)
  })

  it('is killed with all that it began when its time is up', async () => {
    const { clock, call: run } = actuators()
    const started = path.join(dir, 'started')
    const script = `require('child_process').spawn(process.execPath,['-e','setInterval(()=>{},1e3)'],{stdio:'inherit'});require('fs').writeFileSync(${JSON.stringify(started)},'');setInterval(()=>{},1000)`
    const running = run(program(script), call, never)
    while (!existsSync(started)) await new Promise(resolve => setImmediate(resolve))
    await clock.advance(60_000)
    expect(await running).toEqual({ outcome: 'lost', text: '(out of time)' })
  })

  it('is one of eight at once; those that wait are stopped before they begin', async () => {
    const { call: run } = actuators()
    const stop = new AbortController()
    const marked = (i: number) => path.join(dir, `at-once-${i}`)
    const calls = Array.from({ length: 12 }, (_, i) => {
      const script = `require('fs').writeFileSync(${JSON.stringify(marked(i))},'');setInterval(()=>{},1000)`
      return run(program(script), call, stop.signal)
    })
    while (![...calls.keys()].slice(0, 8).every(i => existsSync(marked(i))))
      await new Promise(resolve => setImmediate(resolve))
    stop.abort()
    const texts = (await Promise.all(calls)).map(({ text }) => text)
    expect(texts.filter(text => text === 'stopped before it began')).toHaveLength(4)
  })
})

describe('a webhook', () => {
  const agent = new MockAgent()
  agent.disableNetConnect()
  afterAll(() => agent.close())
  const url = 'https://wall.example/run'
  const answering = (status: number, body = 'said') =>
    agent.get('https://wall.example').intercept({ path: '/run', method: 'POST' }).reply(status, body)

  it.each([
    [204, 'apply', 'done'],
    [429, 'apply', 'not-now'],
    [503, 'apply', 'not-now'],
    [404, 'apply', 'refused'],
    [404, 'check', 'not-in-effect'],
    [302, 'apply', 'refused'],
  ] as const)('that answers %i to %s is %s', async (status, mode, outcome) => {
    answering(status, status === 204 ? '' : 'said')
    expect((await callWebhook({ url }, { ...call, mode }, never, agent)).outcome).toBe(outcome)
  })

  it('gets the call, its key and the token of the file', async () => {
    const tokenFile = path.join(dir, 'token')
    writeFileSync(tokenFile, 's3cret\n')
    agent
      .get('https://wall.example')
      .intercept({
        path: '/run',
        method: 'POST',
        headers: { 'idempotency-key': 'key-1', authorization: 'Bearer s3cret' },
        body: text => JSON.stringify(call) === text,
      })
      .reply(200, 'closed')
    expect(await callWebhook({ url, tokenFile }, call, never, agent)).toEqual({
      outcome: 'done',
      text: '200 closed',
    })
  })

  it('that does not answer may have heard', async () => {
    expect((await callWebhook({ url }, call, never, agent)).outcome).toBe('lost')
  })
})

describe('input', () => {
  const fields = {
    nodes: { type: 'integer', least: 1, most: 9 },
    state: { type: 'choice', values: ['open', 'closed'] },
    force: { type: 'boolean' },
  } as const
  const good = { nodes: 3, state: 'open', force: false }
  it.each([
    [good, undefined],
    [{ ...good, nodes: 10 }, 'nodes must be a whole number from 1 to 9'],
    [{ ...good, nodes: '3' }, 'nodes must be a whole number from 1 to 9'],
    [{ ...good, state: 'open; true' }, 'state must be one of open, closed'],
    [{ ...good, force: 'yes' }, 'force must be true or false'],
    [{ ...good, extra: 1 }, 'it takes no extra'],
    [{ ...good, constructor: 1 }, 'it takes no constructor'],
    [{ nodes: 3, force: true }, 'state must be one of open, closed'],
  ])('%j: %s', (input, problem) => {
    expect(inputProblem(fields, input)).toBe(problem)
  })
})
