import { describe, expect, it } from 'vitest'
import type { ActuatorAnswer, ActuatorCall, DeclaredActuator } from '../actuators/actuator'
import { ActionWorld, ADA } from '../testing/action-world'
import { confirmed, planned } from '../testing/carry-out'

const wall: DeclaredActuator = {
  name: 'wall',
  purpose: 'restrict-api-access',
  clusters: ['prod-*'],
  input: { state: { type: 'choice', values: ['open', 'closed'] } },
  timeoutMs: 60_000,
  canUndo: true,
  canCheck: true,
  run: { url: 'https://wall.example' },
}
const request = {
  kind: 'run-actuator',
  target: { kind: 'Actuator', name: 'wall' },
  input: { state: 'closed' },
}

type Answer = ActuatorAnswer['outcome'] | 'hangs'

/** A wall that answers each mode as it is told to, one answer after another; the last one stays. */
async function world(
  over: Partial<DeclaredActuator> = {},
  answers: Partial<Record<ActuatorCall['mode'], Answer[]>> = {},
) {
  const w = new ActionWorld()
  const calls: ActuatorCall[] = []
  Object.assign(w.fleet, { actuators: () => [{ ...wall, ...over }] })
  const process = await w.startProcess({
    actuators: {
      async call(_actuator, call, signal) {
        calls.push(call)
        const own = answers[call.mode] ?? ['done']
        const outcome = own.length > 1 ? own.shift() : own[0]
        if (outcome !== 'hangs') return { outcome: outcome ?? 'done', text: `${call.mode} of it` }
        await new Promise(resolve => signal.addEventListener('abort', resolve))
        return { outcome: 'lost', text: '' }
      },
    },
  })
  const cluster = w.fleet.add('prod-1', { state: 'LockedOut' })
  cluster.fate = () => 'never-arrive'
  w.fleet.add('dev-1')
  const modes = () => calls.map(({ mode }) => mode)
  return {
    w,
    process,
    calls,
    modes,
    cluster,
    plan: (more = {}) => planned(w, process, { ...request, ...more }),
  }
}

describe('running an actuator', () => {
  it('asks for its dry run, acts although the cluster answers nothing, and takes it back', async () => {
    const { w, process, calls, modes, plan } = await world()
    const made = await plan()
    expect(made.targets.map(({ clusterId }) => clusterId)).toEqual(['prod-1'])
    expect(made.targets[0]?.verification.kind).toBe('dry-run')
    expect(modes()).toEqual(['dry-run'])
    await confirmed(w, process, made)
    await w.run(20_000)
    expect(modes()).toEqual(['dry-run', 'apply'])
    expect(w.shots()[0]).toMatchObject({ state: 'landed', detail: 'Its actuator did it: apply of it' })
    expect(calls[1]).toMatchObject({ cluster: { id: 'prod-1', name: 'prod-1' }, input: { state: 'closed' } })
    w.watch('Recovering')
    await w.run(20_000)
    expect(w.states()).toEqual(['prod-1:run-actuator=verified'])
    await process.actions.undo(made.id, ADA)
    await w.run(30_000)
    expect(modes().at(-1)).toBe('undo')
    expect((await process.actions.get(made.id)).action.state).toBe('undone')
    await process.actions.stop()
  })

  it('repeats what it was not told of, or not now, under the same key', async () => {
    const { w, process, calls, plan } = await world({}, { apply: ['lost', 'not-now', 'done'] })
    await confirmed(w, process, await plan())
    await w.run(60_000)
    const applied = calls.filter(({ mode }) => mode === 'apply')
    expect(applied).toHaveLength(3)
    expect(new Set(applied.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1)
    expect(applied[0]?.idempotencyKey).toBe(w.shots()[0]?.id)
    expect(w.shots()[0]?.state).toBe('landed')
    await process.actions.stop()
  })

  it('does not insist where it is refused, and says what the actuator said', async () => {
    const { w, process, modes, plan } = await world({}, { apply: ['refused'] })
    await confirmed(w, process, await plan())
    await w.run(60_000)
    expect(w.shots()[0]).toMatchObject({ state: 'refused', detail: 'Its actuator refused: apply of it' })
    expect(modes()).toEqual(['dry-run', 'apply'])
    await process.actions.stop()
  })

  it('is not run as it is declared now, when that is not what was planned', async () => {
    const { w, process, modes, plan } = await world()
    const made = await plan()
    Object.assign(w.fleet, { actuators: () => [{ ...wall, run: { url: 'https://other.example' } }] })
    await confirmed(w, process, made)
    await w.run(30_000)
    expect(w.shots()[0]).toMatchObject({
      state: 'refused',
      detail: expect.stringContaining('when this was planned'),
    })
    expect(modes()).toEqual(['dry-run'])
    await process.actions.stop()
  })

  it.each([
    ['done', true, 'landed'],
    ['not-in-effect', true, 'aborted'],
    ['done', false, 'aborted'],
  ] as const)(
    'stopped at work: a check that says %s (it can: %s) ends it as %s',
    async (check, canCheck, state) => {
      const { w, process, modes, plan } = await world({ canCheck }, { apply: ['hangs'], check: [check] })
      const made = await plan()
      await confirmed(w, process, made)
      await w.run(10_000)
      await process.actions.abort(made.id, ADA)
      await w.run(5_000)
      expect(w.shots()[0]?.state).toBe('draining')
      await w.run(120_000)
      expect(w.shots()[0]?.state).toBe(state)
      expect(modes().includes('check')).toBe(canCheck)
      if (!canCheck) expect(w.shots()[0]?.detail).toContain('cannot tell what became of it')
      await process.actions.stop()
    },
  )

  it.each([
    [
      'its dry run fails',
      {},
      { 'dry-run': ['refused' as const] },
      {},
      /its actuator: refused, dry-run of it/,
    ],
    ['the input is another', {}, {}, { input: { state: 'ajar' } }, /state must be one of open, closed/],
    ['it is not declared', {}, {}, { target: { kind: 'Actuator', name: 'moat' } }, /no such actuator/],
    ['the cluster is not allowed', {}, {}, { clusterIds: ['dev-1'] }, /do not name this one/],
  ])('leaves out a cluster where %s', async (_why, over, answers, more, reason) => {
    const { process, plan } = await world(over, answers)
    const made = await plan({ clusterIds: ['prod-1'], ...more })
    expect(made.targets).toEqual([])
    expect(made.leftOut[0]?.reason).toMatch(reason)
    await process.actions.stop()
  })

  it('warns where nothing takes it back', async () => {
    const { process, plan } = await world({ canUndo: false })
    const made = await plan()
    expect(made.guards.find(({ guard }) => guard === 'undo.possible')).toMatchObject({
      verdict: 'warn',
      text: expect.stringContaining('declares no undo'),
    })
    expect(made.undoStatement).toContain('cannot be undone')
    await process.actions.stop()
  })
})
