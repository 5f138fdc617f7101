// `npm run bench -- NAME [options]`: one JSON line a figure.
import { readdir } from 'node:fs/promises'

interface Bench {
  /** Yields figures; each becomes one JSON line. */
  run(args: string[]): AsyncIterable<Record<string, unknown>> | Iterable<Record<string, unknown>>
}

const [name = '', ...args] = process.argv.slice(2)
const names = (await readdir(import.meta.dirname))
  .filter(file => file.endsWith('.ts') && file !== 'main.ts' && !file.endsWith('.test.ts'))
  .map(file => file.slice(0, -3))
if (!names.includes(name)) {
  console.error(
    `${name ? `There is no bench "${name}".` : 'Which bench?'} There are: ${names.sort().join(', ')}`,
  )
  process.exit(2)
}
const bench = (await import(`./${name}.ts`)) as Bench
for await (const figure of bench.run(args)) console.log(JSON.stringify({ bench: name, ...figure }))
process.exit(0)
