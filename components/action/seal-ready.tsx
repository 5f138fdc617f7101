'use client'

import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { plural } from '@/lib/client/format-number'
import { dateTime } from '@/lib/client/format-time'
import { useZone } from '@/lib/client/preferences'
import { wordsOf } from '@/lib/client/problem-error'
import { sealsQuery, sessionQuery } from '@/lib/client/queries'
import { useIsStale } from '@/lib/client/use-live'
import { useSealTurn } from '@/lib/client/writes'
import type { SealDto } from '@/lib/wire/seals'
import { Glyph } from '../ui/glyph'
import { HoldButton } from '../ui/hold-button'
import './seals.css'

interface Named {
  kind: string
  namespace: string
  name: string
}

/** At the suspect: what was approved ahead when its roll-out was registered, and the one hold that arms it. */
export function SealReady({ suspect }: { suspect: Named }) {
  const { data } = useQuery(sealsQuery)
  const seal = data?.seals.find(
    ({ target, state }) =>
      state === 'approved' &&
      target.kind === suspect.kind &&
      target.namespace === suspect.namespace &&
      target.name === suspect.name,
  )
  return seal ? <Ready seal={seal} /> : null
}

function Ready({ seal }: { seal: SealDto }) {
  const zone = useZone()
  const isStale = useIsStale()
  const { data: session } = useQuery(sessionQuery)
  const arm = useSealTurn(seal.id, 'arm')
  const failed = arm.error ? wordsOf(arm.error) : null
  const verb = seal.does === 'remove-service' ? 'remove from' : 'roll back on'
  const locked =
    session?.role === 'viewer'
      ? 'Viewers cannot send'
      : isStale
        ? 'Stream is stale'
        : seal.within === 0
          ? 'No approved cluster carries it'
          : null
  return (
    <section className="seal-ready" aria-label="Sealed removal" data-testid="seal-ready">
      <p>
        <Glyph name="pass" className="c-pass" />
        <span>
          <b>{seal.does === 'remove-service' ? 'Sealed removal ready' : 'Sealed roll-back ready'}</b>,
          approved by {seal.answer?.by} until{' '}
          <span className="mono">{dateTime(Date.parse(seal.expiresAt), zone)}</span>.{' '}
          <span className="dim">
            No second person is asked again; every other guard is.
            {seal.outside > 0 && ` ${plural(seal.outside, 'more cluster')} that carry it were not approved.`}
          </span>
        </span>
      </p>
      {failed && (
        <p className="c-block" role="alert">
          <b>Not sent.</b> {failed.text}
        </p>
      )}
      {arm.data ? (
        <Link className="btn primary" href={`/actions/${encodeURIComponent(arm.data.id)}`}>
          Follow every cluster
        </Link>
      ) : (
        <HoldButton
          label={`Hold to ${verb} ${plural(seal.within, 'cluster')}`}
          locked={locked}
          busy={arm.isPending}
          onHeld={() => arm.mutate({ digest: seal.digest })}
        />
      )}
    </section>
  )
}
