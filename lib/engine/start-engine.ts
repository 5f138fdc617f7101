import { actionPolicyOf } from '../action/action-policy'
import { createActuators } from '../action/actuators/create-actuators'
import { createActions } from '../action/create-actions'
import type { TargetSource } from '../action/ports'
import type { Clock } from '../clock/clock'
import { ifWoken } from '../clock/if-woken'
import { monotonicClock } from '../clock/monotonic-clock'
import { systemClock, wallSleep } from '../clock/system-clock'
import { CurveCache } from '../dns/fuse/curve-cache'
import { HoldfastError } from '../errors'
import { createClusterClient } from '../kube/create-cluster-client'
import { createProber } from '../probe/create-prober'
import { createAccessDesk } from './access-desk'
import { ActionDesk, type DeskDeps } from './action-desk'
import { createApprovers } from './approvers'
import { AuditDesk } from './audit-desk'
import { DatabaseStanding } from './database-standing'
import { declaredActuators } from './declared-actuators'
import { declaredMachines } from './declared-machines'
import { DnsSources } from './dns-sources'
import { clusterDetailDto } from './dto/cluster-dto'
import { suspectsDto } from './dto/suspects-dto'
import { timelineEntryDto } from './dto/timeline-dto'
import { iso } from './dto/times'
import type { Engine } from './engine'
import { recordsIn } from './fleet-scope'
import { History } from './history'
import { declareIncident, endIncident } from './incident-verbs'
import { log } from './log'
import { memoryOf } from './memories'
import { needDatabase } from './need-database'
import { readOidcSettings } from './oidc-settings'
import { createOwnMetrics } from './own-metrics'
import { addNote, reportChange } from './people-verbs'
import { createPlayDesk } from './play-desk'
import { describePresent, fleetDto } from './present'
import { createLaneProving } from './prove-lanes'
import { Publisher } from './publisher'
import { Readiness } from './readiness'
import { forgetWorld, recallWorld, remembersRun } from './recall-world'
import { scopedFuses } from './scoped-fuses'
import { SealDesk } from './seal-desk'
import { setGauges } from './set-gauges'
import { SimulationControl } from './simulation-control'
import { openStores } from './stores'
import { takeFact } from './take-fact'
import { createTargetSource } from './target-source'
import { waitAtMost } from './wait-at-most'
import { BindingWatch } from './watch-bindings'
import { findRecord, loadWorld } from './world'

export interface EngineOptions {
  databaseUrl: string
  configPath?: string
  kubeconfigPaths: string[]
  /** control.json of the simulated fleet, whose time is then followed. */
  simulationControl?: string
  /** 32 bytes that one-time codes are kept with; without them nobody can set such codes up. */
  sealingKey?: Buffer
}

const TICK_MS = 1_000
/** Every so many ticks the slow things are looked at: all verdicts, suspects, fuses on the stream. */
const HEAVY_EVERY = 3
const HOUSEKEEPING_MS = 3_000
const DAY_MS = 86_400_000
const RECALL_PATIENCE_MS = 5_000
/** What the database gets at the end; together less than the supervisor's patience. */
const STOP_DATABASE_MS = 2_000
const CLOSE_DATABASE_MS = 500

/**
 * Starts watching. The one place that chooses implementations and wires rooms together.
 * @throws HoldfastError when holdfast.yaml cannot be used; never for a cluster or the database
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const control = options.simulationControl
    ? await SimulationControl.connect(options.simulationControl)
    : undefined
  const clock: Clock = control?.clock ?? systemClock
  const now = () => clock.now()
  const source = { ...options, simulated: control !== undefined }
  let world = await loadWorld(source, now())
  const curves = new CurveCache()
  const readiness = new Readiness(curves)

  const oidc = readOidcSettings(world.config.access.oidc, options.configPath, process.env)
  const stores = openStores(options.databaseUrl, now)
  const access = createAccessDesk(stores, { sealingKey: options.sealingKey, oidc, wallNow: Date.now })
  const metrics = createOwnMetrics()
  const client = createClusterClient({ clock, version: '0.1.0' })
  const database = new DatabaseStanding(() => monotonicClock.now())
  const writeFailed = (error: unknown) =>
    stores.ping().then(
      () => database.refused(error),
      () => database.silent(error),
    )
  const history = new History(stores.timeline, stores.memory, {
    kept: () => database.wrote(),
    failed: error => void writeFailed(error),
  })
  const bindings = new BindingWatch(client, now, record =>
    history.remember(memoryOf(record, 'bindings', now())),
  )
  const dnsSources = new DnsSources(
    clock,
    () => world.watch,
    (clusterId, severity, text) => {
      const entries = [world.watch.entry(now(), 'change', severity, text, 'dns', { clusterId })]
      world.watch.note(entries)
      history.note(entries)
    },
  )
  const ending = new AbortController()
  const recalled = newSignal()
  let behindMs = 0

  const prober = createProber({
    clock,
    client,
    clusters: world.fleet.clusters,
    onObservation: observation => {
      world.watch.observe(observation)
      metrics.probes.inc({ probe: observation.probe, outcome: observation.outcome })
      metrics.probeBytes.inc(observation.bytes)
    },
    onInventory: fact => takeFact(world, history, bindings, fact),
    onFault: (clusterId, error) => log('error', `probing ${clusterId} failed inside Holdfast`, error),
  })

  const tell: DeskDeps['tell'] = (text, severity, about) => {
    const entries = [world.watch.entry(now(), 'action', severity, text, 'action', about)]
    world.watch.note(entries)
    history.note(entries)
  }
  const targets: TargetSource = {
    actuators: () => declaredActuators(world.config.actuators),
    machines: () => declaredMachines(world.config.clusterApi, world.fleet.clusters),
    ...createTargetSource(
      { get: id => world.watch.records.get(id), all: () => world.watch.records.values() },
      () => world.watch.fuses,
      now,
      () => world.watch.announcements,
      () => world.watch.incident?.title ?? null,
    ),
  }
  const actions = createActions({
    clock,
    client,
    actuators: createActuators({ clock: monotonicClock, onCall: line => log('info', line) }),
    source: targets,
    approvers: createApprovers(stores.approver, Date.now),
    store: stores.action,
    rng: Math.random,
    policy: { ...actionPolicyOf(world.config.policy), dryRunBudgetMs: 8_000 },
    people: { now: Date.now, speed: () => control?.state.speed ?? 1 },
    onAction: action => desk.actionChanged(action),
    onPaused: action => desk.pausedItself(action),
    onShot: shot => {
      metrics.shots.inc({ state: shot.state })
      desk.shotChanged(shot)
    },
    onError: error => log('error', 'an action met something unexpected', error),
  })
  const desk = new ActionDesk({
    actions,
    clusterName: id => world.watch.records.get(id)?.cluster.name ?? id,
    lanes: id => {
      const record = world.watch.records.get(id)
      return record ? record.lanes.toDto(record.cluster.lanes, now()) : []
    },
    facts: id => targets.cluster(id),
    peopleNow: Date.now,
    tell,
  })
  const plays = createPlayDesk({ clock, stores, actions, desk, world: () => world, tell })
  const seals = new SealDesk({ clock, stores, actions, desk, source: targets, world: () => world, tell })

  const proving = createLaneProving({
    clock,
    client,
    world: () => world,
    history,
    audit: stores.audit,
    wallNow: Date.now,
  })

  const own = () => ({
    database: database.state,
    lostLines: history.lost,
    behindMs,
    simulated: source.simulated,
    brokenGlass: access.glass.unreviewed(),
  })
  const publisher = new Publisher(() => describePresent(world, desk, control, own(), now(), Date.now()))

  /** Another simulated world has begun: what was known of the last one is no longer true. */
  async function beginWorld(runId: string): Promise<void> {
    world = await loadWorld(source, now())
    history.clear()
    prober.setClusters([])
    prober.setClusters(world.fleet.clusters)
    dnsSources.start(world.fleet.clusters)
    publisher.startOver()
    await forgetWorld({ stores, desk, plays }, runId, now())
  }

  let ticks = 0
  function tick(): void {
    const startedAt = performance.now()
    const at = now()
    const heavy = ticks++ % HEAVY_EVERY === 0
    const { watch, board } = world
    const { entries, moods } = watch.tick(at, heavy)
    for (const { clusterId, mood } of moods) prober.demand(clusterId, mood)
    if (heavy) entries.push(...watch.rank(at))
    history.note(entries)
    const progress = { causeKnown: watch.suspects.suspects.length > 0, fixLanding: desk.isLanding() }
    board.update(watch.records.values(), watch.fuses, progress, at)
    publisher.publish(heavy)
    setGauges(metrics, watch, {
      readers: publisher.readers,
      behindMs,
      databaseUp: database.state === 'up',
    })
    metrics.tick.observe((performance.now() - startedAt) / 1000)
  }

  async function tickLoop(): Promise<void> {
    let due = performance.now() + TICK_MS
    while (!ending.signal.aborted) {
      await wallSleep(due - performance.now(), ending.signal).catch(ifWoken(ending.signal))
      if (ending.signal.aborted) return
      const late = Math.max(0, performance.now() - due)
      behindMs = 0.7 * behindMs + 0.3 * late * (control?.state.speed ?? 1)
      try {
        tick()
      } catch (error) {
        log('error', 'a look at the fleet failed', error)
      }
      due = Math.max(due + TICK_MS, performance.now() + 100)
    }
  }

  async function attendDatabase(): Promise<void> {
    try {
      await stores.ping()
    } catch (error) {
      return database.silent(error)
    }
    database.answered()
    await keepHouse().catch(writeFailed)
  }

  let isRecalled = false
  async function keepHouse(): Promise<void> {
    if (!isRecalled) {
      if (control && !(await remembersRun(stores, control.state.runId)))
        await forgetWorld({ stores, desk, plays }, control.state.runId, now())
      await recallWorld(stores, world, desk, now())
      await desk.start()
      isRecalled = true
    }
    await access.glass.look()
    await desk.lookAtFreeze()
    await plays.look()
    for (const record of world.watch.records.values()) history.remember(memoryOf(record, 'standing', now()))
    await world.board.save(stores.uptime, Date.now())
  }

  async function housekeeping(): Promise<void> {
    while (!ending.signal.aborted) {
      await attendDatabase()
      recalled.resolve()
      await followSimulation()
      await wallSleep(HOUSEKEEPING_MS, ending.signal).catch(ifWoken(ending.signal))
    }
  }

  async function followSimulation(): Promise<void> {
    try {
      if (control && (await control.refresh())) await beginWorld(control.state.runId)
    } catch (error) {
      log('warn', 'the simulated time cannot be followed', error)
    }
  }

  function clusterDetail(id: string) {
    const { fuses, timeline } = world.watch
    return clusterDetailDto(findRecord(world, id), { fuses, cost: prober.cost(id), timeline }, now())
  }

  history.start()
  const loops = [housekeeping(), tickLoop()]
  // Meeting a whole fleet keeps the process busy for a moment: what is remembered is read before.
  await Promise.race([recalled.promise, wallSleep(RECALL_PATIENCE_MS)])
  prober.start()
  proving.start()
  dnsSources.start(world.fleet.clusters)

  return {
    access,
    fleet: () => fleetDto(world, source.simulated, now()),
    fuses: scope => scopedFuses(world, scope, curves, now()),
    dnsSources: scope => ({
      at: iso(now()),
      clusters: recordsIn(world.watch.records, scope).map(record => dnsSources.of(record)),
    }),
    observeDns: (post, agent) => dnsSources.observe(post, agent),
    suspects: () => suspectsDto(world.watch.suspects),
    warRoom: () => publisher.snapshot(),
    cluster: clusterDetail,
    async proveLanes(id, by) {
      await proving.now(id, by)
      return clusterDetail(id)
    },
    readiness: query => readiness.fleet(world.watch.records, query, now(), world.watch.traffic),
    clusterReadiness: id => readiness.one(findRecord(world, id), now(), world.watch.traffic.get(id)),
    changes: () => needDatabase(() => stores.change.since(now() - DAY_MS)),
    reportChange: (post, by) => reportChange({ world, stores, history, seals }, post, by, now()),
    timeline: () => world.watch.timeline.map(timelineEntryDto),
    note: (text, by) => addNote({ world, stores }, text, by, now()),
    async declareIncident(post, by) {
      await declareIncident({ world, stores }, post, by, now())
      publisher.publish(true)
      return publisher.snapshot().incident
    },
    async endIncident(by) {
      await endIncident({ world, stores }, by, now())
      publisher.publish(true)
    },
    actions: desk,
    plays,
    seals,
    audit: new AuditDesk(stores.audit, systemClock),
    async simulation(post, by) {
      if (!control)
        throw new HoldfastError('not-found', 'This fleet is real: there is no simulation to steer.')
      const isNewRun = await control.change(post)
      await needDatabase(() =>
        stores.audit.append([
          {
            at: now(),
            actor: by.name,
            verb: 'simulation.changed',
            subject: 'simulation',
            detail: { ...post },
          },
        ]),
      )
      if (isNewRun) await beginWorld(control.state.runId)
      publisher.publish(true)
      const { simulation } = publisher.snapshot()
      if (!simulation) throw new HoldfastError('internal', 'The simulation is gone.')
      return simulation
    },
    subscribe: lastEventId => publisher.subscribe(lastEventId),
    statusPage: () => world.board.page(now()),
    async metrics() {
      return { contentType: metrics.registry.contentType, text: await metrics.registry.metrics() }
    },
    health: () => ({
      ok: true,
      database: database.state === 'up',
      clusters: world.watch.records.size,
      lagMs: Math.round(behindMs),
    }),
    async stop() {
      ending.abort()
      dnsSources.stop()
      bindings.stop()
      publisher.close()
      const kept = Promise.all([desk.stop(), ...loops]).then(() => history.stop())
      await Promise.all([prober.stop(), proving.stop(), waitAtMost(STOP_DATABASE_MS, kept)])
      await client.close()
      await waitAtMost(CLOSE_DATABASE_MS, stores.close())
    },
  }
}

function newSignal(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {}
  const promise = new Promise<void>(done => {
    resolve = done
  })
  return { promise, resolve }
}
