import type { Play } from './types'

type Part = Play['parts'][number]
type Undo = Extract<Part, { does: 'undo' }>
type Act = Exclude<Part, Undo>
type Loose<P extends Part> = Omit<P, 'when' | 'after'> & Partial<Pick<P, 'when' | 'after'>>

const SICK = ['LockedOut', 'Dark', 'Overloaded', 'Strained'] as const
const LOST = ['LockedOut', 'Dark', 'Overloaded'] as const
const STREAMS = {
  spread: 'Stop it spreading',
  load: 'Cut the load',
  cause: 'Remove the cause',
  room: 'Make room',
  back: 'Let back in',
} as const

const act = (part: Omit<Loose<Act>, 'with'> & { with?: Act['with'] }): Act => ({
  when: {},
  after: {},
  with: {},
  ...part,
})
const undo = (part: Loose<Undo>): Undo => ({ when: {}, after: {}, ...part })

/** What the suspect's roll-out tool would otherwise do again within minutes (Argo CD self-heal, Flux reconcile). */
const freeze = act({
  id: 'freeze',
  stream: STREAMS.spread,
  title: 'Freeze its roll-out',
  why: 'What is removed or rolled back would be put back by its GitOps owner within minutes.',
  does: 'freeze-roll-outs',
  target: 'suspect-owner',
  when: { suspect: true },
})

const unfreeze = (after: string) =>
  undo({
    id: 'unfreeze',
    stream: STREAMS.back,
    title: 'Let its roll-out go on',
    why: 'Only once its source no longer brings the change: it then applies everything that the source says.',
    does: 'undo',
    part: 'freeze',
    after: { [after]: 'calm' },
  })

const unmute = undo({
  id: 'unmute',
  stream: STREAMS.back,
  title: 'Let the caller in again',
  why: 'The mute ends by itself as well; until then its owners see nothing of what it watches.',
  does: 'undo',
  part: 'mute',
  after: { mute: 'calm' },
})

const readStorm: Play = {
  id: 'read-storm',
  title: 'Read storm with lock-out',
  why: 'A workload on every node asks the API servers for more than they can answer, and nobody else gets in.',
  isShipped: true,
  when: { suspect: true, clusters: { states: ['LockedOut', 'Dark', 'Overloaded'] } },
  parts: [
    freeze,
    act({
      id: 'mute',
      stream: STREAMS.load,
      title: 'Mute the caller',
      why: 'Turns its requests away at the API servers; those that run already end by themselves.',
      does: 'mute-caller',
      target: 'suspect-caller',
      with: { minutes: 60 },
      on: { states: [...SICK] },
      when: { suspect: true },
    }),
    act({
      id: 'revoke',
      stream: STREAMS.load,
      title: 'Revoke its rights',
      why: 'Where the mute has landed and ordinary callers are still locked out: before flow control v1 a mute leaks.',
      does: 'revoke-caller',
      target: 'suspect-caller',
      on: { states: [...LOST] },
      when: { suspect: true, clusters: { states: [...LOST] } },
      after: { mute: 'landed' },
    }),
    act({
      id: 'remove',
      stream: STREAMS.cause,
      title: 'Remove the service',
      why: 'Only the end of its callers frees their seats for sure. Its owner is frozen before.',
      does: 'remove-service',
      target: 'suspect',
      when: { suspect: true },
      after: { freeze: 'landed' },
    }),
    act({
      id: 'servers',
      stream: STREAMS.room,
      title: 'Add API servers',
      why: 'More servers take the load apart, on the largest cluster first; each begins with cold caches.',
      does: 'scale-api-servers',
      target: 'control-plane',
      on: { states: [...LOST] },
    }),
    act({
      id: 'restrict',
      stream: STREAMS.room,
      title: 'Close the API to its nodes',
      why: 'Where nothing gets in, the network turns the callers away before they reach an API server.',
      does: 'run-actuator',
      target: { actuatorFor: 'restrict-api-access' },
      on: { states: ['LockedOut', 'Dark'] },
    }),
    undo({
      id: 'reopen',
      stream: STREAMS.back,
      title: 'Open the API again',
      does: 'undo',
      part: 'restrict',
      after: { remove: 'calm', restrict: 'calm' },
    }),
    { ...unmute, after: { remove: 'calm', mute: 'calm' } },
    unfreeze('remove'),
  ],
}

const BY_ETCD = { cause: ['etcd'] as 'etcd'[] }

const etcdSlow: Play = {
  id: 'etcd-slow',
  title: 'etcd slow',
  why: 'Every write and every uncached read waits for etcd. More API servers make it worse: each lists everything anew.',
  isShipped: true,
  when: { clusters: BY_ETCD },
  parts: [
    freeze,
    act({
      id: 'mute',
      stream: STREAMS.load,
      title: 'Mute the heaviest caller',
      why: 'Lists past the watch cache and a write loop are what etcd suffers from; the leading suspect is muted.',
      does: 'mute-caller',
      target: 'suspect-caller',
      with: { minutes: 30 },
      on: BY_ETCD,
      when: { suspect: true, clusters: BY_ETCD },
    }),
    act({
      id: 'shed',
      stream: STREAMS.load,
      title: 'Shed its pods',
      why: 'Its object and history stay, and nothing of it runs: heartbeats and status writes end with its pods.',
      does: 'shrink-footprint',
      target: 'suspect',
      with: { nodes: 0 },
      on: BY_ETCD,
      when: { suspect: true, clusters: BY_ETCD },
      after: { mute: 'landed' },
    }),
    act({
      id: 'roll-back',
      stream: STREAMS.cause,
      title: 'Roll the suspect back',
      why: 'To the template that etcd could bear. Its owner is frozen before.',
      does: 'roll-back-workload',
      target: 'suspect',
      when: { suspect: true },
      after: { freeze: 'landed', mute: 'landed' },
    }),
    act({
      id: 'shift',
      stream: STREAMS.room,
      title: 'Move users to other clusters',
      does: 'run-actuator',
      target: { actuatorFor: 'shift-traffic' },
      on: BY_ETCD,
      when: { clusters: BY_ETCD },
    }),
    unmute,
    undo({
      id: 'unshed',
      stream: STREAMS.back,
      title: 'Let its pods run again',
      does: 'undo',
      part: 'shed',
      after: { 'roll-back': 'calm', shed: 'calm' },
    }),
    unfreeze('roll-back'),
  ],
}

const BY_WEBHOOK = { cause: ['webhook'] as 'webhook'[] }

const webhookDown: Play = {
  id: 'webhook-down',
  title: 'Admission webhook down',
  why: 'Reads go on, while whatever the webhook guards cannot be written: no pod starts, no fix is applied.',
  isShipped: true,
  when: { clusters: BY_WEBHOOK },
  parts: [
    freeze,
    act({
      id: 'roll-back',
      stream: STREAMS.cause,
      title: 'Roll its backend back',
      why: 'Where a change of the backend broke it: the template before answered.',
      does: 'roll-back-workload',
      target: 'suspect',
      on: BY_WEBHOOK,
      when: { suspect: true, clusters: BY_WEBHOOK },
      after: { freeze: 'landed' },
    }),
    act({
      id: 'shift',
      stream: STREAMS.room,
      title: 'Move users to other clusters',
      why: 'Pods that end there are not replaced.',
      does: 'run-actuator',
      target: { actuatorFor: 'shift-traffic' },
      on: BY_WEBHOOK,
      when: { clusters: BY_WEBHOOK },
    }),
    unfreeze('roll-back'),
  ],
}

const BURNING = { dataPlane: ['Burning', 'Dry'] as ('Burning' | 'Dry')[] }

const dnsBurning: Play = {
  id: 'dns-burning',
  title: 'DNS burning',
  why: 'Control planes are lost, and node caches forget name after name: users have minutes.',
  isShipped: true,
  when: { clusters: BURNING },
  parts: [
    act({
      id: 'keep-dns',
      stream: 'Keep what still answers',
      title: 'Keep CoreDNS from restarting',
      why: 'A replica that restarts without its API server comes back empty. Holdfast restarts none; its owner might.',
      does: 'freeze-roll-outs',
      target: { ownerOf: { kind: 'Deployment', namespace: 'kube-system', name: 'coredns' } },
      when: { clusters: BURNING },
    }),
    act({
      id: 'shift',
      stream: 'Keep users served',
      title: 'Move users off burning clusters',
      why: 'Before the caches are dry; where the users go must be able to bear them.',
      does: 'run-actuator',
      target: { actuatorFor: 'shift-traffic' },
      on: BURNING,
      when: { clusters: BURNING },
    }),
    { ...freeze, when: { suspect: true, clusters: BURNING } },
    act({
      id: 'mute',
      stream: STREAMS.load,
      title: 'Mute the caller',
      why: 'CoreDNS needs its API server back, and the suspect keeps it: the burning clusters first.',
      does: 'mute-caller',
      target: 'suspect-caller',
      with: { minutes: 60 },
      on: BURNING,
      when: { suspect: true, clusters: BURNING },
    }),
    act({
      id: 'remove',
      stream: STREAMS.cause,
      title: 'Remove the service',
      does: 'remove-service',
      target: 'suspect',
      on: BURNING,
      when: { suspect: true, clusters: BURNING },
      after: { freeze: 'landed' },
    }),
    act({
      id: 'servers',
      stream: STREAMS.room,
      title: 'Add API servers',
      does: 'scale-api-servers',
      target: 'control-plane',
      on: BURNING,
    }),
    unmute,
    undo({
      id: 'shift-back',
      stream: STREAMS.back,
      title: 'Bring the users back',
      why: 'Once their clusters answer names again and are healthy.',
      does: 'undo',
      part: 'shift',
      after: { shift: 'calm' },
    }),
    unfreeze('remove'),
  ],
}

/** Plays that come with Holdfast. An operator's play of the same id takes the place of one. */
export const SHIPPED_PLAYS: readonly Play[] = [readStorm, etcdSlow, webhookDown, dnsBurning]
