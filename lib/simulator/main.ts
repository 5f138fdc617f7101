import { Simulator, type SimulatorOptions } from './net/simulator'
import { readOptions, USAGE } from './read-options'

function optionsOrExit(): SimulatorOptions {
  try {
    return readOptions(process.argv.slice(2))
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n${USAGE}`)
    process.exit(2)
  }
}

let running: Simulator | undefined

function exit(why: string): void {
  console.error(`simulator: ${why}, exiting`)
  running?.close()
  process.exit(0)
}

// It lives no longer than whoever started it.
process.on('SIGTERM', () => exit('asked to end'))
process.on('SIGINT', () => exit('interrupted'))
process.on('disconnect', () => exit('the parent is gone'))
process.stdin.on('end', () => exit('standard input was closed'))
process.stdin.on('error', () => exit('standard input broke'))
process.stdin.resume()

const { simulator, ready } = await Simulator.start(optionsOrExit())
running = simulator
process.stdout.write(`${JSON.stringify(ready)}\n`)
