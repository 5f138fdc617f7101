import { scaleLog } from 'd3-scale'
import { count } from '@/lib/client/format-number'
import type { ControlPlaneStateDto } from '@/lib/wire/fleet'
import type { ScalingLawDto } from '@/lib/wire/suspects'
import { roundNodes } from './still-rolling'

const PAD = { left: 40, right: 6, top: 4, bottom: 17 }

/**
 * Drawn by hand: a chart library mounts a component per mark and takes hundreds of milliseconds for a fleet, while one
 * path per state is drawn in one.
 */
export function LawPlot({ law, width, height }: { law: ScalingLawDto; width: number; height: number }) {
  const points = law.points.filter(p => p.nodes > 0 && p.load > 0)
  if (points.length === 0) return null
  const fitted = (nodes: number) => Math.exp(law.lnA) * nodes ** law.exponent
  const nodes = points.map(p => p.nodes)
  const [n0, n1] = [Math.min(...nodes) * 0.8, Math.max(...nodes, law.criticalNodes ?? 0) * 1.15]
  const loads = points.map(p => p.load)
  const capacity = law.unit === 'capacity' ? 1 : law.criticalNodes ? fitted(law.criticalNodes) : null
  const v0 = Math.max(Math.min(...loads) * 0.7, Math.max(...loads) / 1e5)
  const v1 = Math.max(...loads, (capacity ?? 0) * 2.5) * 1.4
  const x = scaleLog([n0, n1], [PAD.left, width - PAD.right])
  const y = scaleLog([v0, v1], [height - PAD.bottom, PAD.top])
  const critical = law.criticalNodes && law.criticalNodes < n1 ? law.criticalNodes : null
  const lineFrom = Math.max(n0, inverse(law, v0))
  const lineTo = Math.min(n1, inverse(law, v1))
  return (
    <svg
      className="chart"
      width={width}
      height={height}
      role="img"
      aria-label={`Load grows with the ${law.exponent.toFixed(1)}th power of the nodes, over ${law.clusters} clusters`}
    >
      {critical !== null && capacity !== null && (
        <rect
          x={x(critical)}
          y={PAD.top}
          width={width - PAD.right - x(critical)}
          height={Math.max(0, y(capacity) - PAD.top)}
          fill="var(--st-locked-wash)"
        />
      )}
      {powers(v0, v1).map(v => (
        <g key={v}>
          <line
            className="grid-line"
            x1={PAD.left}
            x2={width - PAD.right}
            y1={y(v)}
            y2={y(v)}
            style={v === capacity ? { stroke: 'var(--line-ui)' } : undefined}
          />
          <text x={PAD.left - 5} y={y(v) + 4} textAnchor="end">
            {law.unit === 'capacity' ? multiple(v) : Number(v.toPrecision(2)).toLocaleString('en-US')}
          </text>
        </g>
      ))}
      <NodeTicks x={x} from={n0} to={n1} critical={critical} height={height} />
      {[...new Set(points.map(p => p.state))].map(state => (
        <Marks
          key={state}
          state={state}
          at={points.filter(p => p.state === state).map(p => [x(p.nodes), y(Math.max(p.load, v0))])}
        />
      ))}
      <line
        x1={x(lineFrom)}
        y1={y(fitted(lineFrom))}
        x2={x(lineTo)}
        y2={y(fitted(lineTo))}
        stroke="var(--text)"
        strokeWidth="1.2"
      />
      {critical !== null && (
        <line
          x1={x(critical)}
          x2={x(critical)}
          y1={PAD.top}
          y2={height - PAD.bottom}
          stroke="var(--text)"
          strokeDasharray="2 2"
        />
      )}
      {capacity !== null && (
        <>
          <line
            x1={PAD.left}
            x2={width - PAD.right}
            y1={y(capacity)}
            y2={y(capacity)}
            stroke="var(--line-ui)"
            shapeRendering="crispEdges"
          />
          <text className="halo" x={PAD.left + 6} y={y(capacity) - 5} style={{ fill: 'var(--text-2)' }}>
            API server capacity
          </text>
        </>
      )}
      {law.unit === 'cores' && (
        <text className="halo" x={width - PAD.right} y={height - PAD.bottom - 6} textAnchor="end">
          added cores
        </text>
      )}
    </svg>
  )
}

function inverse(law: ScalingLawDto, load: number): number {
  return Math.exp((Math.log(load) - law.lnA) / law.exponent)
}

/** Powers of ten in the range, at most four. */
function powers(from: number, to: number): number[] {
  const first = Math.ceil(Math.log10(from))
  const last = Math.floor(Math.log10(to))
  const step = Math.max(1, Math.ceil((last - first + 1) / 4))
  const out: number[] = []
  for (let e = last; e >= first; e -= step) out.push(10 ** e)
  return out
}

function multiple(v: number): string {
  return v >= 1 ? `${Number(v.toPrecision(2))}×` : `${Number((v * 100).toPrecision(2))}\u00a0%`
}

function NodeTicks({
  x,
  from,
  to,
  critical,
  height,
}: {
  x: (n: number) => number
  from: number
  to: number
  critical: number | null
  height: number
}) {
  const round = [10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000].filter(n => n >= from && n <= to)
  const free = round.filter(n => critical === null || Math.abs(x(n) - x(critical)) > 38)
  return (
    <>
      {free.map(n => (
        <text key={n} x={x(n)} y={height - 3} textAnchor="middle">
          {count(n)}
        </text>
      ))}
      {critical !== null && (
        <text
          x={x(critical)}
          y={height - 3}
          textAnchor="middle"
          style={{ fill: 'var(--text)', fontWeight: 500 }}
        >
          {count(roundNodes(critical))}
        </text>
      )}
    </>
  )
}

const MARK: Record<
  ControlPlaneStateDto,
  { shape: (x: number, y: number) => string; fill: string; stroke: string }
> = {
  Dark: { shape: (x, y) => `M${x - 2.5} ${y - 2.5}l5 5m0-5l-5 5`, fill: 'none', stroke: 'var(--st-dark)' },
  LockedOut: {
    shape: (x, y) => `M${x - 2.2} ${y - 2.2}h4.4v4.4h-4.4z`,
    fill: 'var(--st-locked)',
    stroke: 'none',
  },
  Overloaded: { shape: (x, y) => `M${x} ${y - 3}l3 5.4h-6z`, fill: 'var(--st-overloaded)', stroke: 'none' },
  Strained: { shape: (x, y) => `M${x} ${y - 2.5}l2.5 4.5h-5z`, fill: 'none', stroke: 'var(--st-strained)' },
  Healthy: { shape: dot, fill: 'var(--st-healthy)', stroke: 'none' },
  Recovering: {
    shape: (x, y) => `M${x} ${y + 3}v-6m-2 2l2-2l2 2`,
    fill: 'none',
    stroke: 'var(--st-recovering)',
  },
  Unknown: { shape: dot, fill: 'none', stroke: 'var(--st-unknown)' },
}

function dot(x: number, y: number): string {
  return `M${x - 1.5} ${y}a1.5 1.5 0 1 0 3 0a1.5 1.5 0 1 0-3 0`
}

/** All marks of one state as one path. */
function Marks({ state, at }: { state: ControlPlaneStateDto; at: number[][] }) {
  const mark = MARK[state]
  const d = at.map(([x, y]) => mark.shape(round(x ?? 0), round(y ?? 0))).join('')
  return <path d={d} fill={mark.fill} stroke={mark.stroke} strokeWidth={mark.stroke === 'none' ? 0 : 1.3} />
}

const round = (n: number) => Math.round(n * 10) / 10
