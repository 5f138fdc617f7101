import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Every process that descends from this one, as the operating system lists them. */
export async function processesUnder(root: number): Promise<{ pid: number; command: string }[]> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=,args='])
  const all = stdout
    .split('\n')
    .map(line => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .flatMap(m => (m ? [{ pid: Number(m[1]), parent: Number(m[2]), command: m[3] ?? '' }] : []))
  const found = new Set([root])
  // Children may be listed before their parents.
  for (let before = 0; before !== found.size; ) {
    before = found.size
    for (const p of all) if (found.has(p.parent)) found.add(p.pid)
  }
  return all.filter(p => found.has(p.pid))
}
