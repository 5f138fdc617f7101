import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import type { Server } from 'node:http'
import type { Server as HttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { systemClock } from '../../clock/system-clock'
import { type FleetOptions, SCENARIO_NAMES, SCENARIO_TITLES, SimulatedFleet } from '../fleet/fleet'
import { LeverError, pullLever } from '../fleet/pull-lever'
import { TELEMETRY } from '../fleet/telemetry'
import { groundTruth } from '../fleet/truth'
import type { ScenarioName } from '../model/types'
import { SimulatedTime } from '../time/simulated-time'
import { Stepper } from '../time/stepper'
import { AddressBook } from './address-book'
import { loadOrIssuePki, type Pki } from './certificates'
import { ControlError, createControl, type RestartChange } from './control'
import { DnsMetricsServer } from './dns-metrics-server'
import { createGate } from './gate'
import type { TokenBook } from './identify'
import { PortBook } from './port-book'
import { Resolver } from './resolvers'
import { type ConfigPaths, writeConfig } from './write-config'
import { writePrivate } from './write-private'

export interface SimulatorOptions extends FleetOptions {
  dataDir: string
  speed: number
  fullMetrics: boolean
}

/** What the process tells its parent when it can be used. */
export interface ReadyLine extends ConfigPaths {
  ready: true
  control: string
  clock: { wallAt: number; simAt: number; speed: number; paused: boolean }
}

const newRunId = () => randomBytes(6).toString('hex')

/** The whole process: a fleet, its addresses, its clock and its remote control. */
export class Simulator {
  readonly #options: SimulatorOptions
  readonly #pki: Pki
  readonly #ports: PortBook
  readonly #gate: HttpsServer
  readonly #stepper: Stepper
  readonly #time: SimulatedTime
  #fleet: SimulatedFleet
  #addresses: AddressBook
  #resolvers = new Map<string, Resolver[]>()
  readonly #dnsMetrics: DnsMetricsServer
  #control: Server | undefined
  #runId = newRunId()
  #restarting: Promise<void> = Promise.resolve()

  private constructor(options: SimulatorOptions, pki: Pki, tokens: TokenBook) {
    this.#options = options
    this.#pki = pki
    this.#ports = new PortBook(join(options.dataDir, 'ports.json'), Math.random)
    this.#fleet = new SimulatedFleet(options)
    this.#time = new SimulatedTime(this.#fleet.startAt, options.speed, systemClock.now)
    this.#gate = createGate({
      pki,
      tokens,
      fullMetrics: options.fullMetrics,
      doorAt: port => this.#addresses.doorAt(port),
      speed: () => this.#time.anchor.speed,
      onFault: error => console.error('simulator: a request failed', error),
    })
    this.#addresses = new AddressBook(this.#fleet, this.#ports, this.#gate)
    this.#dnsMetrics = new DnsMetricsServer(this.#ports)
    this.#stepper = new Stepper(
      this.#time,
      () => this.#fleet,
      () => this.#addresses.follow(),
    )
  }

  static async start(options: SimulatorOptions): Promise<{ simulator: Simulator; ready: ReadyLine }> {
    mkdirSync(options.dataDir, { recursive: true, mode: 0o700 })
    const pki = await loadOrIssuePki(join(options.dataDir, 'pki'), systemClock.now())
    const simulator = new Simulator(options, pki, loadTokens(options.dataDir))
    const paths = await simulator.#openFleet(simulator.#fleet)
    const control = await simulator.#openControl()
    simulator.#time.restart(simulator.#fleet.startAt)
    void simulator.#stepper.run()
    return { simulator, ready: { ready: true, ...paths, control, clock: simulator.#time.anchor } }
  }

  close(): void {
    this.#stepper.stop()
    this.#closeFleet()
    this.#control?.close()
    this.#control?.closeAllConnections()
  }

  async #openFleet(fleet: SimulatedFleet): Promise<ConfigPaths> {
    await this.#addresses.open()
    const speed = () => this.#time.anchor.speed
    for (const cluster of fleet.clusters.values()) {
      const own = Array.from(
        { length: cluster.model.resolvers },
        (_, i) => new Resolver(cluster, i, this.#ports, speed),
      )
      this.#resolvers.set(cluster.id, own)
    }
    await Promise.all([...this.#resolvers.values()].flat().map(each => each.open()))
    await this.#dnsMetrics.open(fleet)
    this.#ports.save()
    const dnsOf = (id: string) => ({
      resolvers: (this.#resolvers.get(id) ?? []).map(each => each.address),
      dnsMetrics: this.#dnsMetrics.addressesOf(id),
    })
    return writeConfig(this.#options.dataDir, fleet, this.#addresses, dnsOf, this.#pki)
  }

  #closeFleet(): void {
    this.#addresses.close()
    this.#dnsMetrics.close()
    for (const each of [...this.#resolvers.values()].flat()) each.close()
    this.#resolvers.clear()
  }

  async #openControl(): Promise<string> {
    const token = randomBytes(24).toString('base64url')
    this.#control = createControl(token, {
      clock: () => ({
        ...this.#time.anchor,
        ...this.#scenarioNow(),
        lagMs: Math.round(this.#stepper.lagMs),
        runId: this.#runId,
      }),
      setClock: change => {
        this.#time.set(change)
      },
      restart: change => this.#restart(change),
      scenarios: () => SCENARIO_NAMES.map(name => ({ name, title: SCENARIO_TITLES[name] })),
      truth: () => groundTruth(this.#fleet),
      pull: (lever, input) => this.#pull(lever, input),
    })
    const port = await listen(this.#control)
    const url = `http://127.0.0.1:${port}`
    writePrivate(join(this.#options.dataDir, 'control.json'), `${JSON.stringify({ url, token })}\n`)
    return url
  }

  #scenarioNow(): { scenario: string; seed: number } {
    const { scenario, seed } = this.#fleet.options
    return { scenario, seed }
  }

  #pull(lever: string, input: Record<string, unknown>): void {
    try {
      pullLever(this.#fleet, lever, input)
    } catch (error) {
      throw error instanceof LeverError ? new ControlError(error.message) : error
    }
  }

  /** One after the other: a second restart waits for the first. */
  #restart(change: RestartChange): Promise<void> {
    const now = this.#fleet.options
    const { scenario = now.scenario, seed = now.seed, hands = now.hands, speed } = change
    if (!isScenario(scenario)) {
      throw new ControlError(
        `scenario: there are ${SCENARIO_NAMES.join(', ')}, but no ${JSON.stringify(scenario)}`,
      )
    }
    if (hands !== 'historical' && hands !== 'none') throw new ControlError('hands: historical or none')
    const again = this.#restarting.then(async () => {
      const fleet = new SimulatedFleet({ ...this.#options, scenario, seed, hands })
      this.#closeFleet()
      this.#addresses = new AddressBook(fleet, this.#ports, this.#gate)
      await this.#openFleet(fleet)
      // All at once, or the new fleet would be stepped to the old one's time.
      this.#fleet = fleet
      this.#time.restart(fleet.startAt, speed)
      this.#runId = newRunId()
    })
    // Whoever asked hears of its failure; the next restart begins all the same.
    this.#restarting = again.catch(() => {})
    return again
  }
}

export function isScenario(name: string): name is ScenarioName {
  return (SCENARIO_NAMES as readonly string[]).includes(name)
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port: 0, host: '127.0.0.1' }, () => resolve((server.address() as AddressInfo).port))
  })
}

/** Bearer tokens of ServiceAccounts, the same at every start: `tokens.json` maps `namespace/name` to its token. */
function loadTokens(dataDir: string): TokenBook {
  const file = join(dataDir, 'tokens.json')
  if (!existsSync(file)) {
    const accounts = [
      `${TELEMETRY.namespace}/${TELEMETRY.name}`,
      'monitoring/kube-state-metrics',
      'logging/log-shipper',
    ]
    const book = Object.fromEntries(accounts.map(account => [account, randomBytes(24).toString('base64url')]))
    writePrivate(file, `${JSON.stringify(book, null, 2)}\n`)
  }
  const book = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>
  return new Map(
    Object.entries(book).map(([account, token]) => {
      const [namespace = '', name = ''] = account.split('/')
      return [token, { namespace, name }]
    }),
  )
}
