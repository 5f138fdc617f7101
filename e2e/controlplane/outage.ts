import { rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { defaultRunFolder, type RunPaths, runPaths } from './paths'
import { isAlive, signal } from './process-identity'
import { programsOf, readPidFiles, readRun } from './run-record'
import { until } from './seed'

/** Kills one program of a run and keeps it down until it is resumed; resolves when it is gone. */
export async function haltProgram(program: string, dir: string = defaultRunFolder()): Promise<void> {
  const paths = check(program, dir)
  // The hold comes first: the supervisor starts again whatever ends without one.
  writeFileSync(join(paths.held, program), '')
  await until(`${program} to end`, 10_000, async () => {
    const alive = readPidFiles(paths).filter(file => file.name === program && isAlive(file))
    for (const file of alive) signal(file, 'SIGKILL')
    return alive.length === 0
  })
}

/** Lets a halted program run again; the supervisor starts it within a second. */
export async function resumeProgram(program: string, dir: string = defaultRunFolder()): Promise<void> {
  rmSync(join(check(program, dir).held, program), { force: true })
}

function check(program: string, dir: string): RunPaths {
  const paths = runPaths(resolve(dir))
  const record = readRun(paths)
  if (!record) throw new Error(`no control plane is up in ${paths.dir}`)
  const programs = programsOf(record)
  if (!programs.includes(program)) {
    throw new Error(`no such program: "${program}"; there are ${programs.join(', ')}`)
  }
  return paths
}
