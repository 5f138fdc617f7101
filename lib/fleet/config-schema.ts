import { z } from 'zod'
import { accessSchema } from './access-schema'
import { actuatorSchema } from './actuator-schema'
import { normaliseServer } from './check-endpoint'
import { clusterApiSchema } from './cluster-api-schema'
import { playSchema } from './play-schema'
import { policySchema } from './policy-schema'

const name = z.string().min(1).max(253)
const id = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9.-]{0,62}$/,
    'lower-case letters, digits, dots and dashes, starting with a letter or digit',
  )
const glob = z
  .string()
  .min(1)
  .max(1000)
  .describe('A name, or a pattern with * (any text) and ? (one character)')

/** Without credentials: they would be shown with the address. */
function isMetricsUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, username, password } = new URL(text)
  return /^https?:$/.test(protocol) && username === '' && password === ''
}

const breakGlass = z
  .strictObject({
    context: name.describe(
      'Its context; {context} stands for the name of the context that is being described',
    ),
    kubeconfig: z
      .string()
      .min(1)
      .optional()
      .describe('The file that has it, relative to this one; default: the kubeconfigs above'),
  })
  .describe(
    'A system:masters identity: past the queues of priority and fairness, for when ordinary callers are locked out',
  )

const cluster = z
  .strictObject({
    context: glob.describe('Which contexts this describes; a later entry overrides an earlier one'),
    name: name.optional().describe('What people call the cluster; default: its context'),
    region: z.string().max(63).optional(),
    environment: z.string().max(63).optional(),
    products: z.array(id).max(100).optional().describe('Ids of the products below that run here'),
    labels: z.record(z.string().max(63), z.string().max(253)).optional(),
    breakGlass: breakGlass.optional(),
    apiServers: z
      .array(
        z
          .string()
          .refine(
            url => normaliseServer(url) !== undefined,
            'must be an https URL such as https://10.0.0.11:6443',
          ),
      )
      .max(16)
      .optional()
      .describe(
        "Single API servers' own addresses, past the load balancer; used with the break-glass identity if there is one",
      ),
    tlsServerName: name
      .optional()
      .describe("Name to expect in the API servers' certificates when apiServers are addresses"),
    resolvers: z
      .array(z.string().regex(/^(\[[0-9a-fA-F:]+\]|[^\s:]+):\d{1,5}$/, 'must be host:port'))
      .max(16)
      .optional()
      .describe('DNS resolvers that answer for this cluster, host:port'),
    dnsMetrics: z
      .array(
        z
          .string()
          .max(2000)
          .refine(isMetricsUrl, 'must be an http or https URL such as http://10.20.0.53:9153/metrics'),
      )
      .max(16)
      .optional()
      .describe(
        'Metrics of CoreDNS replicas and node caches, each by its own address, reachable without the API server',
      ),
    clusterDomain: z
      .string()
      .max(253)
      .regex(
        /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/,
        'must be a DNS domain such as cluster.local',
      )
      .optional()
      .describe("The zone of the cluster's own names; default: cluster.local"),
  })
  .describe('What is known of a cluster beyond its kubeconfig')

const product = z.strictObject({
  id,
  name,
  description: z.string().max(500).optional(),
  programDnsCacheSeconds: z
    .number()
    .min(0)
    .max(86_400)
    .optional()
    .describe(
      'How long its own programs keep an answer whatever its TTL (JVM networkaddress.cache.ttl, Envoy, a local resolver); default: 0',
    ),
  criticalNames: z
    .array(
      z
        .string()
        .max(127)
        .regex(
          /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
          'must be service.namespace, such as gateway.chat',
        ),
    )
    .max(10)
    .optional()
    .describe(
      'Services whose names its users feel first, as service.namespace; how long they last is read once when a cluster loses its DNS',
    ),
})

const status = z
  .strictObject({
    title: z.string().min(1).max(120).default('Status'),
    description: z.string().max(1000).optional(),
    url: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe('Where the public page is reached, for links in feeds'),
  })
  .prefault({})

/** The whole of holdfast.yaml. */
export const configSchema = z.strictObject({
  apiVersion: z.literal('holdfast.dev/v1'),
  kubeconfigs: z
    .array(z.string().min(1))
    .max(10_000)
    .default([])
    .describe('Kubeconfig files, relative to this file'),
  contexts: z
    .strictObject({ include: z.array(glob).optional(), exclude: z.array(glob).optional() })
    .prefault({})
    .describe('Which contexts to watch; all by default; exclude wins'),
  execPlugins: z
    .enum(['allow', 'deny'])
    .optional()
    .describe(
      'Whether the programs that kubeconfigs name for credentials may be run. Default: yes for kubeconfigs given by --kubeconfig, no for those listed here',
    ),
  clusters: z.array(cluster).max(10_000).default([]),
  products: z.array(product).max(1000).default([]),
  actuators: z
    .array(actuatorSchema)
    .max(100)
    .refine(all => new Set(all.map(({ name }) => name)).size === all.length, 'two have the same name')
    .default([]),
  clusterApi: z.array(clusterApiSchema).max(10_000).default([]),
  plays: z
    .array(playSchema)
    .max(50)
    .refine(all => new Set(all.map(play => play.id)).size === all.length, 'two have the same id')
    .default([])
    .describe('Plays of your own; one with the id of a shipped play takes its place'),
  access: accessSchema,
  policy: policySchema,
  status,
})

/** holdfast.yaml as read, defaults filled in. */
export type HoldfastConfig = z.output<typeof configSchema>
export type ClusterConfig = HoldfastConfig['clusters'][number]

/** What holds without a holdfast.yaml. */
export const defaultConfig: HoldfastConfig = configSchema.parse({ apiVersion: 'holdfast.dev/v1' })
