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

const { simulator, ready } = await Simulator.start(optionsOrExit())
process.stdout.write(`${JSON.stringify(ready)}\n`)

function exit(): void {
  simulator.close()
  process.exit(0)
}

// It lives no longer than whoever started it.
process.on('SIGTERM', exit)
process.on('SIGINT', exit)
process.on('disconnect', exit)
process.stdin.on('end', exit)
process.stdin.on('close', exit)
process.stdin.on('error', exit)
process.stdin.resume()
