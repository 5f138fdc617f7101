import { randomInt, randomUUID } from 'node:crypto'
import { Authenticator } from '../access/authenticate'
import { RateLimit } from '../access/rate-limit'
import { signIn } from '../access/sign-in'
import { createActions } from '../action/create-actions'
import type { Clock } from '../clock/clock'
import { systemClock, wallSleep } from '../clock/system-clock'
import { ResolverProbe } from '../dns/probe/probe-resolvers'
import { socketTransport } from '../dns/probe/socket-transport'
import { HoldfastError } from '../errors'
import { loadFleet } from '../fleet/load-fleet'
import { createClusterClient } from '../kube/create-cluster-client'
import { createProber } from '../probe/create-prober'
import { createAccessStore } from '../store/access-store'
import { createActionStore } from '../store/action-store'
import { createAuditStore } from '../store/audit-store'
import { createChangeStore } from '../store/change-store'
import { openDatabase } from '../store/database'
import { createMemoryStore } from '../store/memory-store'
import { createTimelineStore } from '../store/timeline-store'
import { createUptimeStore } from '../store/uptime-store'
import type { ProductDto } from '../wire/fleet'
import type { NoticeDto } from '../wire/stream'
import type { ChangeDto } from '../wire/suspects'
import { ActionDesk } from './action-desk'
import { clusterDetailDto } from './dto/cluster-dto'
import { fleetClusterDto } from './dto/fleet-dto'
import { fusesDto } from './dto/fuses-dto'
import { suspectsDto } from './dto/suspects-dto'
import { timelineEntryDto } from './dto/timeline-dto'
import { iso } from './dto/times'
import type { Engine } from './engine'
import { FleetWatch } from './fleet-watch'
import { History } from './history'
import { log } from './log'
import { inventoryMemory, memoryOf, recall } from './memories'
import { createOwnMetrics } from './own-metrics'
import { Publisher } from './publisher'
import { readAudit } from './read-audit'
import { SimulationControl } from './simulation-control'
import { StatusBoard } from './status-board'
import { createTargetSource } from './target-source'
import { BindingWatch } from './watch-bindings'

export interface EngineOptions {
  databaseUrl: string
  configPath?: string
  kubeconfigPaths: string[]
  /** control.json of the simulated fleet, whose time is then followed. */
  simulationControl?: string
}

const TICK_MS = 1_000
/** Every so many ticks the slow things are looked at: all verdicts, suspects, fuses on the stream. */
const HEAVY_EVERY = 3
const BEHIND_MS = 2_000

/** Starts watching. The one place that chooses implementations and wires rooms together. */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const control = options.simulationControl
    ? await SimulationControl.connect(options.simulationControl)
    : undefined
  const clock: Clock = control?.clock ?? systemClock
  const db = openDatabase(options.databaseUrl)
  const accessStore = createAccessStore(db)
  const actionStore = createActionStore(db)
  const auditStore = createAuditStore(db)
  const changeStore = createChangeStore(db)
  const memoryStore = createMemoryStore(db)
  const timelineStore = createTimelineStore(db)
  const uptimeStore = createUptimeStore(db)
  const metrics = createOwnMetrics()
  const onError = (what: string) => (error: unknown) => log('error', what, error)

  const load = () => loadFleet({ configPath: options.configPath, kubeconfigPaths: options.kubeconfigPaths })
  let { fleet, config } = await load()
  let watch = new FleetWatch(fleet, clock.now())
  const client = createClusterClient({ clock, version: '0.1.0' })
  const history = new History(timelineStore, memoryStore, onError('history could not be written'))
  const bindingWatch = new BindingWatch(
    client,
    () => clock.now(),
    record => history.remember(memoryOf(record, 'bindings', clock.now())),
  )
  const ending = new AbortController()
  let resolverProbes = new AbortController()
  let products = productsOf()
  let board = newBoard()
  let behindMs = 0
  let databaseUp = true

  function productsOf(): ProductDto[] {
    const declared = new Map(config.products.map(({ id, name }) => [id, name]))
    const ids = new Set([...declared.keys(), ...fleet.clusters.flatMap(cluster => cluster.products)])
    return [...ids].map(id => ({ id, name: declared.get(id) ?? titleOf(id) }))
  }

  function newBoard(): StatusBoard {
    const described = new Map(config.products.map(product => [product.id, product.description ?? '']))
    return new StatusBoard(
      products.map(product => ({ ...product, description: described.get(product.id) ?? '' })),
      { title: config.status.title, simulated: control !== undefined },
    )
  }

  const prober = createProber({
    clock,
    client,
    clusters: fleet.clusters,
    onObservation: observation => {
      watch.observe(observation)
      metrics.probes.inc({ probe: observation.probe, outcome: observation.outcome })
      metrics.probeBytes.inc(observation.bytes)
    },
    onInventory: fact => {
      const record = watch.records.get(fact.clusterId)
      const effect = watch.learn(fact)
      if (!record || !effect) return
      if (effect.wantsBindings) bindingWatch.want(record)
      if (fact.fact === 'corefile') history.remember(memoryOf(record, 'corefiles', fact.at))
      if (fact.fact === 'workloads') {
        const memory = inventoryMemory(record, fact.kind)
        if (memory) history.remember(memory)
      }
      const entries = effect.corefileProblems.map(problem =>
        watch.entry(
          fact.at,
          'change',
          'warn',
          `${record.cluster.name}: broken Corefile, the last good one holds. ${problem}`,
          'dns',
          {
            clusterId: fact.clusterId,
          },
        ),
      )
      watch.note(entries)
      history.note(entries)
    },
    onFault: (clusterId, error) => log('error', `probing ${clusterId} failed inside Holdfast`, error),
  })

  const desk = new ActionDesk({
    actions: createActions({
      clock,
      client,
      source: createTargetSource(
        { get: id => watch.records.get(id), all: () => watch.records.values() },
        () => watch.fuses,
        () => clock.now(),
      ),
      store: actionStore,
      rng: Math.random,
      policy: {
        protectedNamespaces: config.policy.protectedNamespaces,
        evidenceMaxAgeMs: config.policy.evidenceMaxAgeSeconds * 1000,
        maxFleetShare: config.policy.maxNodesShare,
        // A person waits in real time, whatever the fleet's clock says.
        dryRunDeadlineMs: 3_000 * (control?.state.speed ?? 1),
        dryRunBudgetMs: 8_000 * (control?.state.speed ?? 1),
      },
      onAction: action => desk.actionChanged(action),
      onShot: shot => {
        metrics.shots.inc({ state: shot.state })
        desk.shotChanged(shot)
      },
      onError: onError('an action met something unexpected'),
    }),
    clusterName: id => watch.records.get(id)?.cluster.name ?? id,
    lanes: id => {
      const record = watch.records.get(id)
      return record ? record.lanes.toDto(record.cluster.lanes) : []
    },
    tell: (text, severity, about) => {
      const entries = [watch.entry(clock.now(), 'action', severity, text, 'action', about)]
      watch.note(entries)
      history.note(entries)
    },
  })

  const publisher = new Publisher(() => {
    const now = clock.now()
    return {
      clock: {
        wallAt: iso(Date.now()),
        at: iso(now),
        speed: control?.state.speed ?? 1,
        paused: control?.state.paused ?? false,
      },
      simulation: control
        ? {
            scenario: control.state.scenario,
            seed: control.state.seed,
            speed: control.state.speed,
            paused: control.state.paused,
            lagMs: Math.round(Math.max(control.state.lagMs, behindMs)),
            scenarios: control.scenarios,
          }
        : null,
      fleet: fleetNow(now),
      fuses: fusesDto(watch.records.values(), watch.fuses, products, now),
      suspects: suspectsDto(watch.suspects),
      actions: desk.summaries(),
      timeline: watch.timeline.slice(0, 200).map(timelineEntryDto),
      notices: notices(),
      incident: watch.incident
        ? { severity: watch.incident.severity, title: watch.incident.title, since: iso(watch.incident.since) }
        : null,
    }
  })

  function fleetNow(now: number) {
    return {
      at: iso(now),
      simulated: control !== undefined,
      products,
      clusters: [...watch.records.values()].map(record =>
        fleetClusterDto(record, watch.fuses.fuse(record.cluster.id, now), now),
      ),
      problems: fleet.problems.map(({ message, where, hint }) => ({ message, where, hint })),
    }
  }

  function notices(): NoticeDto[] {
    const list: NoticeDto[] = []
    if (!databaseUp)
      list.push({
        code: 'database.away',
        severity: 'critical',
        text: 'The database is away. What you see is live; history is not written and new actions are refused until it is back.',
      })
    if (history.lost > 0)
      list.push({
        code: 'history.lost',
        severity: 'warn',
        text: `${history.lost} timeline lines could not be kept while the database was away.`,
      })
    if (behindMs > BEHIND_MS)
      list.push({
        code: 'watch.behind',
        severity: 'warn',
        text: `Holdfast cannot keep up: it is ${Math.round(behindMs / 1000)} s behind. ${control ? 'Lower the speed of the simulation.' : 'Give it more CPU.'}`,
      })
    return list
  }

  /** Resolvers answer without the API server, so they are asked on their own schedule. */
  function probeResolvers(): void {
    resolverProbes.abort()
    resolverProbes = new AbortController()
    const tools = {
      clock,
      transport: socketTransport,
      rng: unpredictable,
      wall: { clock: systemClock, leastWaitMs: 1_000 },
    }
    for (const cluster of fleet.clusters) {
      if (cluster.resolvers.length === 0) continue
      const probe = new ResolverProbe(
        {
          clusterId: cluster.id,
          resolvers: cluster.resolvers,
          onRound: view => watch.livePaths.set(cluster.id, view),
        },
        tools,
      )
      probe.run(resolverProbes.signal).catch(onError(`asking the resolvers of ${cluster.id} failed`))
    }
  }

  /** What the database remembers; without it, live data fills in. */
  async function recallAll(): Promise<void> {
    const since = clock.now() - 24 * 3600_000
    const [memories, timeline, changes, days] = await Promise.all([
      memoryStore.all(),
      timelineStore.newest(400, since),
      changeStore.since(since),
      uptimeStore.since(iso(clock.now() - 90 * 86_400_000).slice(0, 10)),
    ])
    for (const memory of memories) {
      const record = watch.records.get(memory.clusterId)
      if (record) recall(record, memory)
    }
    watch.note(timeline)
    for (const change of changes.reverse()) watch.tell(change)
    board.load(days)
    await desk.recall()
  }

  /** Another simulated world has begun: what was known of the last one is no longer true. */
  async function beginWorld(): Promise<void> {
    ;({ fleet, config } = await load())
    watch = new FleetWatch(fleet, clock.now())
    products = productsOf()
    board = newBoard()
    history.clear()
    prober.setClusters([])
    prober.setClusters(fleet.clusters)
    probeResolvers()
    await forgetWorld()
    publisher.startOver()
  }

  async function forgetWorld(): Promise<void> {
    await memoryStore.clear()
    await timelineStore.clear()
    await changeStore.clear()
    await uptimeStore.clear()
    await desk.expireAll()
    if (control)
      await memoryStore.save([
        { clusterId: '', kind: 'world', at: clock.now(), value: { runId: control.state.runId } },
      ])
  }

  async function recallOrBegin(): Promise<void> {
    if (control) {
      const world = (await memoryStore.all()).find(memory => memory.kind === 'world')
      if (Object(world?.value).runId !== control.state.runId) await forgetWorld()
    }
    await recallAll()
  }

  let ticks = 0
  function tick(): void {
    const startedAt = performance.now()
    const now = clock.now()
    const heavy = ticks++ % HEAVY_EVERY === 0
    const { entries, moods } = watch.tick(now, heavy)
    for (const { clusterId, mood } of moods) prober.demand(clusterId, mood)
    if (heavy) entries.push(...watch.rank(now))
    history.note(entries)
    board.update(
      watch.records.values(),
      watch.fuses,
      { causeKnown: watch.suspects.suspects.length > 0, fixLanding: desk.isLanding() },
      now,
    )
    publisher.publish(heavy)
    setGauges()
    metrics.tick.observe((performance.now() - startedAt) / 1000)
  }

  function setGauges(): void {
    const counts = new Map<string, number>()
    for (const { verdict } of watch.records.values())
      counts.set(verdict.state, (counts.get(verdict.state) ?? 0) + 1)
    for (const state of ['Healthy', 'Strained', 'Overloaded', 'LockedOut', 'Dark', 'Recovering', 'Unknown'])
      metrics.clusters.set({ state }, counts.get(state) ?? 0)
    metrics.readers.set(publisher.readers)
    metrics.lag.set(behindMs / 1000)
    metrics.database.set(databaseUp ? 1 : 0)
  }

  async function tickLoop(): Promise<void> {
    let due = performance.now() + TICK_MS
    while (!ending.signal.aborted) {
      await wallSleep(due - performance.now(), ending.signal).catch(() => {})
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

  async function housekeeping(): Promise<void> {
    let recalled = false
    while (!ending.signal.aborted) {
      try {
        await db.$queryRaw`select 1`
        if (!databaseUp) log('info', 'the database is back')
        databaseUp = true
        if (!recalled) {
          await recallOrBegin()
          recalled = true
          await desk.start()
        }
        for (const record of watch.records.values())
          history.remember(memoryOf(record, 'standing', clock.now()))
        await board.save(uptimeStore, Date.now())
      } catch (error) {
        if (databaseUp) log('error', 'the database is away', error)
        databaseUp = false
      }
      if (control)
        await control.refresh().then(
          isNew => (isNew ? beginWorld() : undefined),
          error => log('warn', 'the simulated time cannot be read', error),
        )
      await wallSleep(3_000, ending.signal).catch(() => {})
    }
  }

  history.start()
  prober.start()
  probeResolvers()
  const loops = [tickLoop(), housekeeping()]
  const authenticator = new Authenticator(accessStore, Date.now)

  return {
    access: {
      authenticator,
      limit: new RateLimit(1_200, 300),
      signInLimit: new RateLimit(10, 10),
      async signIn(secret) {
        const result = await signIn(accessStore, secret, Date.now())
        const { name, role, id } = result.principal
        await auditStore.append([
          {
            at: clock.now(),
            actor: name,
            verb: 'session.opened',
            subject: `session/${id}`,
            detail: { role },
          },
        ])
        return result
      },
      async signOut(principal) {
        if (principal.via === 'session') await accessStore.revokeSession(principal.id, Date.now())
        authenticator.forget(principal.id)
        await auditStore.append([
          {
            at: clock.now(),
            actor: principal.name,
            verb: 'session.closed',
            subject: `session/${principal.id}`,
            detail: {},
          },
        ])
      },
    },
    fleet: () => fleetNow(clock.now()),
    fuses: () => fusesDto(watch.records.values(), watch.fuses, products, clock.now()),
    suspects: () => suspectsDto(watch.suspects),
    warRoom: () => publisher.snapshot(),
    cluster(id) {
      const record = watch.records.get(id)
      if (!record)
        throw new HoldfastError('not-found', `There is no cluster "${id.slice(0, 80)}" in this fleet.`)
      const about = { fuses: watch.fuses, cost: prober.cost(id), timeline: watch.timeline }
      return clusterDetailDto(record, about, clock.now())
    },
    changes: () => needDatabase(() => changeStore.since(clock.now() - 24 * 3600_000)),
    async reportChange(post, by) {
      const ids = new Set(fleet.clusters.flatMap(cluster => [cluster.id, cluster.name]))
      const now = clock.now()
      const change: ChangeDto = {
        ...post,
        id: randomUUID(),
        at: post.at ?? iso(now),
        by: by.name,
        unknownClusters: post.clusters.filter(name => !ids.has(name)),
      }
      await needDatabase(() => changeStore.add(change))
      await auditStore.append([
        {
          at: now,
          actor: by.name,
          verb: 'change.reported',
          subject: `change/${change.id}`,
          detail: {
            kind: post.kind,
            namespace: post.namespace,
            name: post.name,
            version: post.version ?? null,
          },
        },
      ])
      watch.tell(change)
      const where = post.clusters.length > 0 ? ` on ${post.clusters.length} clusters` : ''
      const entries = [
        watch.entry(
          Date.parse(change.at),
          'change',
          'info',
          `${post.kind} ${post.name} ${post.version ?? ''} changes${where}`,
          by.name,
        ),
      ]
      watch.note(entries)
      history.note(entries)
      return change
    },
    timeline: () => watch.timeline.map(timelineEntryDto),
    async note(text, by) {
      const entry = watch.entry(clock.now(), 'note', 'info', text, by.name)
      await needDatabase(() => timelineStore.add([entry]))
      await auditStore.append([
        {
          at: entry.at,
          actor: by.name,
          verb: 'timeline.noted',
          subject: `timeline/${entry.id}`,
          detail: { text },
        },
      ])
      watch.note([entry])
      return timelineEntryDto(entry)
    },
    actions: desk,
    audit: (before, limit) => needDatabase(() => readAudit(auditStore, before, limit)),
    async simulation(post, by) {
      if (!control)
        throw new HoldfastError('not-found', 'This fleet is real: there is no simulation to steer.')
      const isNew = await control.change(post)
      await auditStore.append([
        {
          at: clock.now(),
          actor: by.name,
          verb: 'simulation.changed',
          subject: 'simulation',
          detail: { ...post },
        },
      ])
      if (isNew) await beginWorld()
      publisher.publish(true)
      const { simulation } = publisher.snapshot()
      if (!simulation) throw new HoldfastError('internal', 'The simulation is gone.')
      return simulation
    },
    subscribe: lastEventId => publisher.subscribe(lastEventId),
    statusPage: () => board.page(clock.now()),
    async metrics() {
      return { contentType: metrics.registry.contentType, text: await metrics.registry.metrics() }
    },
    health: () => ({
      ok: true,
      database: databaseUp,
      clusters: watch.records.size,
      lagMs: Math.round(behindMs),
    }),
    async stop() {
      ending.abort()
      resolverProbes.abort()
      bindingWatch.stop()
      publisher.close()
      await Promise.all([prober.stop(), desk.stop(), ...loops])
      await history.stop()
      await client.close()
      await db.$disconnect()
    },
  }
}

/** Turns a database failure into words. @throws HoldfastError `unavailable` */
async function needDatabase<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof HoldfastError) throw cause
    log('error', 'the database refused', cause)
    throw new HoldfastError('unavailable', 'The database is away, so this cannot be kept.', {
      hint: 'What you see stays live. Try again when the notice about the database is gone.',
      retryAfterSeconds: 5,
      cause,
    })
  }
}

/** DNS query ids must not be guessed. */
const unpredictable = () => randomInt(2 ** 32) / 2 ** 32

const titleOf = (id: string) => (id.length <= 3 ? id.toUpperCase() : id.charAt(0).toUpperCase() + id.slice(1))
