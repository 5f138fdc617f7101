'use client'

import { percent } from '@/lib/client/format-number'
import { useServerNow } from '@/lib/client/use-live'
import type { ClusterDetailDto } from '@/lib/wire/cluster-detail'
import { Glyph, type GlyphName } from '../ui/glyph'
import { Empty, Panel } from '../ui/panel'
import { ScrollRegion } from '../ui/scroll-region'
import { useSize } from '../ui/use-size'
import { DnsSources } from './dns-sources'
import { SurvivalChart } from './survival-chart'

const HOP: Record<
  ClusterDetailDto['dnsChain'][number]['state'],
  { glyph: GlyphName; textClass: string; word: string }
> = {
  ok: { glyph: 'pass', textClass: 'c-pass', word: 'works' },
  burning: { glyph: 'burning', textClass: 'c-burning', word: 'burning' },
  lost: { glyph: 'locked', textClass: 'c-locked', word: 'lost' },
  unknown: { glyph: 'unknown', textClass: 'c-unknown', word: 'not known' },
}

/** How a name is answered here, layer by layer, and how many names are left. */
export function DnsPanel({ cluster }: { cluster: ClusterDetailDto }) {
  const { resolvable, basis, notes } = cluster.fuse
  return (
    <Panel
      id="dns"
      className="dns"
      title="DNS chain"
      meta="a name lives as long as its weakest record"
      right={
        <>
          <DnsSources scope={{ kind: 'cluster', id: cluster.id }} />
          <span className="mute">{basis}</span>
        </>
      }
    >
      {cluster.dnsChain.length === 0 ? (
        <Empty title="The chain is not known">No Corefile was read from this cluster yet.</Empty>
      ) : (
        <ol className="chain">
          {cluster.dnsChain.map(hop => {
            const look = HOP[hop.state]
            return (
              <li key={hop.layer} className={hop.state === 'lost' ? 'hop cut' : 'hop'}>
                <Glyph name={look.glyph} size={14} className={look.textClass} />
                <h3>
                  {hop.layer}
                  <span className="sr">, {look.word}</span>
                </h3>
                <p className="clip" title={hop.text}>
                  {hop.text}
                </p>
                <span className="figure">{hop.figure}</span>
              </li>
            )
          })}
        </ol>
      )}
      <div className="names">
        <h3>
          Names still resolvable
          <span>
            {percent(resolvable.p50)} now, {percent(resolvable.p10)} to {percent(resolvable.p90)}
          </span>
        </h3>
        <Curve cluster={cluster} />
        {(notes.length > 0 || cluster.dnsFlags.length > 0) && (
          <ScrollRegion label="Notes" className="notes">
            <ul>
              {[...notes, ...cluster.dnsFlags].slice(0, 6).map(note => (
                <li key={note}>{note}</li>
              ))}
            </ul>
          </ScrollRegion>
        )}
      </div>
    </Panel>
  )
}

function Curve({ cluster }: { cluster: ClusterDetailDto }) {
  const [ref, size] = useSize<HTMLDivElement>()
  const now = useServerNow(5_000)
  return (
    <div className="curve" ref={ref}>
      {cluster.curve.length === 0 ? (
        <p className="quiet">Caches renew; nothing runs out.</p>
      ) : (
        size &&
        now !== null && (
          <SurvivalChart curve={cluster.curve} now={now} width={size.width} height={size.height} />
        )
      )}
    </div>
  )
}
