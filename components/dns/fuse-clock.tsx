'use client'

import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { count, plural } from '@/lib/client/format-number'
import { clockTime, countdown, countdownWords } from '@/lib/client/format-time'
import { useZone } from '@/lib/client/preferences'
import { warRoomQuery } from '@/lib/client/queries'
import { useServerNow } from '@/lib/client/use-live'
import type { FusesDto } from '@/lib/wire/fuses'
import { Glyph } from '../ui/glyph'
import { Skeleton } from '../ui/panel'
import { FuseCord } from './fuse-cord'
import { fuseShareLeft } from './fuse-share'

/** The largest figure of the product: how long until the next cluster can no longer resolve names. */
export function FuseClock() {
  const { data: room } = useQuery(warRoomQuery)
  const now = useServerNow()
  return (
    <section className="panel follows fuse" id="fuse" data-fuse tabIndex={-1} aria-label="Time left">
      {room ? <Fuse fuses={room.fuses} now={now ?? Date.parse(room.clock.at)} /> : <Skeleton lines={4} />}
    </section>
  )
}

function Fuse({ fuses, now }: { fuses: FusesDto; now: number }) {
  const { next } = fuses
  const state = next ? 'burning' : fuses.dry > 0 ? 'dry' : 'calm'
  return (
    <>
      <p className="lead">
        <Glyph
          name={state === 'burning' ? 'burning' : state === 'dry' ? 'dry' : 'fresh'}
          size={14}
          className={state === 'burning' ? 'c-burning' : state === 'dry' ? 'c-dark' : 'c-healthy'}
        />
        {state === 'burning'
          ? fuses.dry > 0
            ? 'Next cluster dry in'
            : 'First cluster dry in'
          : state === 'dry'
            ? 'No more fuses burn'
            : 'No fuse burning'}
        <span className="right">
          <b>{count(fuses.burning)}</b> burning · <b>{count(fuses.dry)}</b> dry
        </span>
      </p>
      {next ? (
        <Burning fuses={fuses} next={next} now={now} />
      ) : (
        <p className="no-fuse">
          {state === 'dry' ? (
            <>
              <b>{plural(fuses.dry, 'cluster')} dry</b>
              <span>Names no longer resolve there. {plural(fuses.fresh, 'cluster')} renew their caches.</span>
            </>
          ) : (
            <>
              <b>{plural(fuses.fresh, 'cluster')} fresh</b>
              <span>DNS caches renew as long as the API servers answer.</span>
            </>
          )}
        </p>
      )}
      <Products fuses={fuses} now={now} />
    </>
  )
}

function Burning({
  fuses,
  next,
  now,
}: {
  fuses: FusesDto
  next: NonNullable<FusesDto['next']>
  now: number
}) {
  const zone = useZone()
  const dryAt = Date.parse(next.dryAt)
  const cluster = fuses.clusters.find(c => c.clusterId === next.clusterId)
  const left = dryAt - now
  const share = cluster ? fuseShareLeft(cluster, now) : null
  return (
    <>
      <time className="big" data-testid="fuse" role="timer" aria-label={countdownWords(left)}>
        {countdown(left)}
      </time>
      <FuseCord share={share} label={cluster?.clusterName ?? next.clusterName} />
      <p className="who">
        <Link className="mono" href={`/clusters/${encodeURIComponent(next.clusterId)}`}>
          {next.clusterName}
        </Link>
        {next.nodes !== null && <span>{count(next.nodes)} nodes</span>}
        <span>· dry at {clockTime(dryAt, zone)}</span>
        {next.more > 0 && (
          <span>
            · then {count(next.more)} more
            {next.moreBy && ` by ${clockTime(Date.parse(next.moreBy), zone, false)}`}
          </span>
        )}
      </p>
    </>
  )
}

/** What each product has left; at most four fit, the ones that burn first. */
function Products({ fuses, now }: { fuses: FusesDto; now: number }) {
  const shown = fuses.products.slice(0, 4)
  if (shown.length === 0) return null
  return (
    <ul className="products" aria-label="Per product">
      {shown.map(product => (
        <li key={product.product}>
          <span className="clip" title={product.name}>
            {product.name}
          </span>
          {product.burning > 0 && product.firstDryAt && Date.parse(product.firstDryAt) > now ? (
            <b>{countdown(Date.parse(product.firstDryAt) - now)}</b>
          ) : product.dry > 0 ? (
            <b>{product.dry} dry</b>
          ) : (
            <span className="mute">fresh</span>
          )}
        </li>
      ))}
    </ul>
  )
}
