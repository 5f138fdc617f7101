import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { POST } from '../../../app/api/v1/dns-observations/route'
import { RateLimit } from '../../../lib/access/rate-limit'
import type { ProbeAgent } from '../../../lib/access/types'
import type { Clock } from '../../../lib/clock/clock'
import { systemClock } from '../../../lib/clock/system-clock'
import { DnsSources } from '../../../lib/engine/dns-sources'
import { type Engine, setEngine } from '../../../lib/engine/engine'
import { FleetWatch } from '../../../lib/engine/fleet-watch'
import type { Cluster } from '../../../lib/fleet/types'
import type { DnsObservationPost } from '../../../lib/wire/dns-observations'

const CLUSTER: Cluster = {
  id: 'eu-1',
  name: 'eu-1',
  region: '',
  products: [],
  environment: '',
  labels: {},
  lanes: [],
  resolvers: [],
}

/** The route as it is served, on the part of the engine that it needs; one token opens it. */
export class ObservationReceiver {
  readonly token = `hfp_${'t'.repeat(43)}`
  readonly watch = new FleetWatch({ clusters: [CLUSTER], problems: [] }, Date.now())
  readonly sources: DnsSources
  readonly posts: DnsObservationPost[] = []
  /** Statuses answered, in order. */
  readonly answers: number[] = []
  /** Our clock runs ahead of the machine's by this. */
  offsetMs = 0
  #server = createServer()
  #port = 0

  constructor() {
    const clock: Clock = { ...systemClock, now: () => Date.now() + this.offsetMs }
    this.sources = new DnsSources(
      clock,
      () => this.watch,
      () => {},
    )
    const agent: ProbeAgent = { id: 'token-1', name: 'test', clusterId: CLUSTER.id }
    const authenticator = {
      authenticateAgent: async (headers: Headers) =>
        headers.get('authorization') === `Bearer ${this.token}` ? agent : undefined,
    }
    setEngine({
      access: { authenticator, agentLimit: new RateLimit(600, 600) },
      observeDns: (post: DnsObservationPost, by: ProbeAgent) => {
        this.posts.push(post)
        return this.sources.observe(post, by)
      },
    } as unknown as Engine)
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  /** Opens it on the same port each time. */
  async open(): Promise<void> {
    this.#server = createServer(async (request, response) => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk)
      const answer = await POST(
        new Request(new URL(request.url ?? '/', this.url), {
          method: 'POST',
          headers: new Headers(request.headers as Record<string, string>),
          body: Buffer.concat(chunks),
        }),
      )
      this.answers.push(answer.status)
      response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text())
    })
    this.#server.listen(this.#port, '127.0.0.1')
    await once(this.#server, 'listening')
    this.#port = (this.#server.address() as AddressInfo).port
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise(resolve => this.#server.close(resolve))
  }

  end(): void {
    this.sources.stop()
    setEngine(undefined)
  }
}
