const chain = [
  'fleet',
  'kube',
  'probe',
  'health',
  'dns',
  'suspects',
  'incident',
  'action',
  'rollout',
  'recovery',
  'drill',
]
const leftOnly = chain.slice(0, -1).map((room, i) => ({
  name: `direction-${room}`,
  comment: `lib/${room} tells the rooms on its right through the bus; it never imports them`,
  severity: 'error',
  from: { path: `^lib/${room}/` },
  to: { path: `^lib/(${chain.slice(i + 1).join('|')})/` },
}))

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'ground-rooms-import-no-room',
      severity: 'error',
      from: { path: '^lib/(clock|metrics|wire)/|^lib/errors' },
      to: { path: '^lib/', pathNot: '^lib/(clock|metrics|wire)/|^lib/errors' },
    },
    ...leftOnly,
    {
      name: 'simulator-is-a-stranger',
      comment: 'The simulated fleet is known through HTTP and DNS only',
      severity: 'error',
      from: { path: '^lib/simulator/' },
      to: { path: '^(lib|app|components)/', pathNot: '^lib/(simulator|clock)/' },
    },
    {
      name: 'no-peeking-into-the-simulator',
      severity: 'error',
      from: { path: '^(lib|app|components)/', pathNot: '^lib/simulator/' },
      to: { path: '^lib/simulator/' },
    },
    {
      name: 'engine-is-the-composition-root',
      severity: 'error',
      from: { pathNot: '^(lib/engine/|app/|instrumentation\\.ts|bin/|e2e/)' },
      to: { path: '^lib/engine/' },
    },
    {
      name: 'components-see-wire-and-client-only',
      severity: 'error',
      from: { path: '^components/' },
      to: { path: '^(lib|app)/', pathNot: '^lib/(wire|client|clock)/' },
    },
    {
      name: 'client-rooms-stay-in-the-browser',
      severity: 'error',
      from: { path: '^lib/client/' },
      to: { path: '^(lib|app)/', pathNot: '^lib/(client|wire)/' },
    },
    {
      name: 'prisma-in-store-only',
      severity: 'error',
      from: { pathNot: '^lib/store/' },
      to: { path: '@prisma/|lib/store/generated' },
    },
    {
      name: 'client-node-in-kube-only',
      severity: 'error',
      from: { pathNot: '^lib/kube/' },
      to: { path: '@kubernetes/client-node' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(\\.next|node_modules/\\.cache)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'] },
  },
}
