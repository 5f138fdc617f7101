'use client'

import Link from 'next/link'
import { count, plural } from '@/lib/client/format-number'
import { clockTime, countdown, countdownWords, span } from '@/lib/client/format-time'
import { useZone } from '@/lib/client/preferences'
import { useServerNow } from '@/lib/client/use-live'
import type { ClusterDetailDto } from '@/lib/wire/cluster-detail'
import { FuseCord } from '../dns/fuse-cord'
import { fuseShareLeft } from '../dns/fuse-share'
import { Glyph } from '../ui/glyph'
import { ScrollRegion } from '../ui/scroll-region'
import { CAUSE_WORDS, FUSE_LOOK, STATE_LOOK } from '../ui/state-look'
import { StateChip } from '../ui/state-marks'

/** Verdict, reasons, proof: what is true of this cluster, why we think so, and how old the evidence is. */
export function ClusterVerdict({
  cluster,
  products,
  burning,
}: {
  cluster: ClusterDetailDto
  /** Names, not ids. */
  products: readonly string[]
  burning: number
}) {
  return (
    <section className="verdict" aria-label="Verdict">
      <Identity cluster={cluster} products={products} />
      <Verdict cluster={cluster} />
      <Fuse cluster={cluster} burning={burning} />
    </section>
  )
}

function Identity({ cluster, products }: { cluster: ClusterDetailDto; products: readonly string[] }) {
  return (
    <div>
      <p className="crumb clip">
        <Link href="/clusters">Fleet</Link> / {cluster.region || 'no region'}
        {products.length > 0 && ` / ${products.join(', ')}`}
      </p>
      <div className="id">
        <StateChip state={cluster.controlPlane.state} size={26} />
        <h2 className="clip" title={cluster.name}>
          {cluster.name}
        </h2>
      </div>
      <dl className="facts">
        <div>
          <dt>Nodes</dt>
          <dd>{cluster.nodes === null ? 'not known' : count(cluster.nodes)}</dd>
        </div>
        <div>
          <dt>Pods</dt>
          <dd>{cluster.pods === null ? 'not known' : count(cluster.pods)}</dd>
        </div>
        <div>
          <dt>Kubernetes</dt>
          <dd>{cluster.version ?? 'not known'}</dd>
        </div>
        <div>
          <dt>API servers</dt>
          <dd>{cluster.servers.length === 0 ? 'not known' : count(cluster.servers.length)}</dd>
        </div>
      </dl>
    </div>
  )
}

function Verdict({ cluster }: { cluster: ClusterDetailDto }) {
  const zone = useZone()
  const now = useServerNow()
  const { controlPlane } = cluster
  const look = STATE_LOOK[controlPlane.state]
  const since = Date.parse(controlPlane.since)
  const evidence = controlPlane.evidenceAt ? Date.parse(controlPlane.evidenceAt) : null
  return (
    <div>
      <p className={`says ${look.textClass}`} data-testid="verdict">
        <Glyph name={look.glyph} size={16} />
        <span className="clip">
          {look.word}: {look.meaning}
        </span>
        <span className="since">
          since {clockTime(since, zone)}
          {now !== null && now > since && `, for ${span(now - since)}`}
        </span>
      </p>
      <ScrollRegion label="Reasons" className="why">
        <ul>
          {cluster.problem && (
            <li>
              <Glyph name="block" className="c-block" />
              <span>
                {cluster.problem.message} <span className="mute">{cluster.problem.where}</span>{' '}
                {cluster.problem.hint}
              </span>
            </li>
          )}
          {controlPlane.cause && (
            <li className="strong" data-testid="cause">
              <Glyph name="info" />
              <span>Likely cause: {CAUSE_WORDS[controlPlane.cause]}.</span>
            </li>
          )}
          {controlPlane.reasons.map(reason => (
            <li key={`${reason.code} ${reason.text}`}>
              <Glyph
                name={reason.severity === 'critical' ? 'block' : reason.severity === 'warn' ? 'warn' : 'pass'}
                className={
                  reason.severity === 'critical'
                    ? 'c-block'
                    : reason.severity === 'warn'
                      ? 'c-warn'
                      : 'c-pass'
                }
              />
              <span>{reason.text}</span>
            </li>
          ))}
          {evidence !== null && now !== null && (
            <li className="mute">
              <Glyph name="info" />
              <span>Newest evidence is {span(Math.max(0, now - evidence))} old.</span>
            </li>
          )}
        </ul>
      </ScrollRegion>
    </div>
  )
}

function Fuse({ cluster, burning }: { cluster: ClusterDetailDto; burning: number }) {
  const zone = useZone()
  const now = useServerNow()
  const { dataPlane } = cluster
  const look = FUSE_LOOK[dataPlane.state]
  const dryAt = dataPlane.dryAt ? Date.parse(dataPlane.dryAt) : null
  const at = (time: string | null) => (time ? clockTime(Date.parse(time), zone) : 'not reached')
  const isBurning = dataPlane.state === 'Burning' && dryAt !== null && now !== null
  return (
    <div className="burn" data-fuse>
      <p className="lead">
        <Glyph name={look.glyph} size={14} className={look.textClass} />
        {isBurning ? 'Dry in' : dataPlane.state === 'Dry' ? 'Dry' : look.word}
        <span className="mute">
          {isBurning && burning > 1 ? `one of ${plural(burning, 'burning cluster')}` : `${dataPlane.basis}`}
        </span>
      </p>
      {isBurning ? (
        <time className="left" role="timer" aria-label={countdownWords(dryAt - now)}>
          {countdown(dryAt - now)}
        </time>
      ) : (
        <p className="left word">{look.word}</p>
      )}
      <dl>
        <div>
          <dt>API lost</dt>
          <dd>{at(dataPlane.apiLostAt)}</dd>
        </div>
        <div>
          <dt>T0</dt>
          <dd>{at(dataPlane.t0At)}</dd>
        </div>
        <div>
          <dt>First failure</dt>
          <dd>{at(dataPlane.firstFailureAt)}</dd>
        </div>
        <div>
          <dt>Dry at</dt>
          <dd>{at(dataPlane.dryAt)}</dd>
        </div>
      </dl>
      {isBurning && <FuseCord share={fuseShareLeft(dataPlane, now)} label={cluster.name} />}
    </div>
  )
}
