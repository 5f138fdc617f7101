import { spawn } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { build } from 'esbuild'
import { SCENARIO_NAMES } from '../../lib/simulator/fleet/fleet'
import type { ArmRun } from '../replay/arm'

const UNTIL = { holdfast: '16:30', nothing: '16:00' } as const
const ARMS = Object.keys(UNTIL) as (keyof typeof UNTIL)[]
const BUILT = 'node_modules/.cache/holdfast/replay-arm.mjs'

/**
 * The incident of 2024-12-11 on a stepped clock. Arm `holdfast`: watched by the product's own rooms, with somebody
 * who removes what it names a minute later. Arm `nothing`: the same fleet with nobody. No other hands in either.
 * Options: `--scenario NAME --seed N --until HH:MM --arm holdfast|nothing`.
 */
export async function* run(args: string[]): AsyncGenerator<Record<string, unknown>> {
  const { values } = parseArgs({
    args,
    options: {
      scenario: { type: 'string', default: 'dec-11' },
      seed: { type: 'string', default: '1' },
      until: { type: 'string' },
      arm: { type: 'string' },
    },
  })
  const scenario = SCENARIO_NAMES.find(known => known === values.scenario)
  if (!scenario) throw new Error(`--scenario: one of ${SCENARIO_NAMES.join(', ')}`)
  const arms = ARMS.filter(arm => values.arm === undefined || values.arm === arm)
  if (arms.length === 0) throw new Error(`--arm: one of ${ARMS.join(', ')}`)
  await compileArm()
  const seed = Number(values.seed)
  const runs = arms.map(arm => runArm({ arm, scenario, seed, until: values.until ?? UNTIL[arm] }))
  for (const one of runs) yield await one
}

/** Into one plain module: an arm is a minute of computing, which the wrappers of a loader would slow by a tenth. */
async function compileArm(): Promise<void> {
  await mkdir('node_modules/.cache/holdfast', { recursive: true })
  await build({
    entryPoints: ['e2e/replay/arm.ts'],
    outfile: BUILT,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    logLevel: 'warning',
  })
}

/** Each arm in a process of its own, side by side, with a young generation that fits what one second allocates. */
async function runArm(run: ArmRun): Promise<Record<string, unknown>> {
  const child = spawn(process.execPath, ['--max-semi-space-size=64', BUILT, JSON.stringify(run)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  let figures: Record<string, unknown> | undefined
  for await (const line of createInterface({ input: child.stdout })) figures = JSON.parse(line)
  const code = await ended
  if (code !== 0 || !figures) throw new Error(`the arm "${run.arm}" failed (${code})`)
  return figures
}
