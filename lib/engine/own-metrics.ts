import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** Holdfast's own metrics. Labels are few and bounded: no cluster names. */
export function createOwnMetrics() {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  return {
    registry,
    probes: new Counter({
      name: 'holdfast_probes_total',
      help: 'Probes sent, by probe and how they ended.',
      labelNames: ['probe', 'outcome'],
      registers,
    }),
    probeBytes: new Counter({
      name: 'holdfast_probe_bytes_total',
      help: 'Bytes read from clusters.',
      registers,
    }),
    clusters: new Gauge({
      name: 'holdfast_clusters',
      help: 'Clusters by control-plane state.',
      labelNames: ['state'],
      registers,
    }),
    fuses: new Gauge({
      name: 'holdfast_fuses',
      help: 'Clusters by data-plane state.',
      labelNames: ['state'],
      registers,
    }),
    tick: new Histogram({
      name: 'holdfast_tick_seconds',
      help: 'Time to derive and publish one second of the fleet.',
      buckets: [0.001, 0.005, 0.02, 0.05, 0.1, 0.25, 1],
      registers,
    }),
    readers: new Gauge({ name: 'holdfast_stream_readers', help: 'Open live views.', registers }),
    lag: new Gauge({
      name: 'holdfast_lag_seconds',
      help: 'How far watching is behind its schedule.',
      registers,
    }),
    database: new Gauge({ name: 'holdfast_database_up', help: '1 while the database answers.', registers }),
    shots: new Counter({
      name: 'holdfast_shots_total',
      help: 'Shots by the state they reached.',
      labelNames: ['state'],
      registers,
    }),
  }
}
