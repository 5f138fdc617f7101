'use client'

import { useQuery } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import { plural } from '@/lib/client/format-number'
import { span } from '@/lib/client/format-time'
import { wordsOf } from '@/lib/client/problem-error'
import { readinessQuery } from '@/lib/client/queries'
import { useBarMinutes } from '@/lib/client/survival-bar'
import type { ReadinessClusterDto } from '@/lib/wire/readiness'
import { Glyph } from '../ui/glyph'
import { Empty, Failure, Panel, Skeleton } from '../ui/panel'
import { ReadinessTable } from './readiness-table'

const BARS = [5, 15, 30, 60]

/** The fleet by survival budget, the shortest first: how long names would outlive each control plane. */
export function ReadinessView() {
  const { data, error, refetch } = useQuery(readinessQuery)
  const [barMinutes, setBarMinutes] = useBarMinutes()
  const [text, setText] = useState('')
  const wanted = useDeferredValue(text.trim().toLowerCase())
  const clusters = data?.clusters ?? []
  const shown = wanted ? clusters.filter(cluster => matches(cluster, wanted)) : clusters
  return (
    <main className="one-panel">
      <Panel
        id="readiness"
        className="follows"
        title="Readiness"
        meta="how long names outlive each control plane"
        right={
          <>
            <a className="btn small" href="/api/v1/readiness?format=csv" download>
              CSV
            </a>
            <a className="btn small" href="/api/v1/readiness" download="holdfast-readiness.json">
              JSON
            </a>
          </>
        }
      >
        {data ? (
          <>
            <div className="ready-head">
              <Verdict clusters={clusters} barMinutes={barMinutes} />
              <fieldset className="seg" aria-label="Should last for">
                {BARS.map(minutes => (
                  <button
                    key={minutes}
                    type="button"
                    aria-pressed={minutes === barMinutes}
                    onClick={() => setBarMinutes(minutes)}
                  >
                    {span(minutes * 60_000)}
                  </button>
                ))}
              </fieldset>
              <input
                className="field search"
                type="search"
                aria-label="Search clusters"
                placeholder="Name, region, product, flag"
                value={text}
                onChange={event => setText(event.target.value)}
              />
            </div>
            {shown.length > 0 ? (
              <ReadinessTable clusters={shown} barSeconds={barMinutes * 60} />
            ) : (
              <Empty title="No cluster fits">{plural(clusters.length, 'cluster')} looked at.</Empty>
            )}
          </>
        ) : error ? (
          <Failure title="Readiness could not be read" {...wordsOf(error)} onRetry={() => refetch()} />
        ) : (
          <Skeleton lines={6} />
        )}
      </Panel>
    </main>
  )
}

function Verdict({ clusters, barMinutes }: { clusters: readonly ReadinessClusterDto[]; barMinutes: number }) {
  const below = clusters.filter(({ felt }) => felt.p50 < barMinutes * 60).length
  const measured = clusters.filter(({ traffic }) => traffic !== null).length
  const assumed = clusters.filter(({ basis }) => basis === 'assumed').length
  const unproven = clusters.filter(({ lanes }) => lanes.unproven.length > 0).length
  return (
    <p className="ready-verdict">
      <span className={`state ${below > 0 ? 'c-warn' : 'c-pass'}`}>
        <Glyph name={below > 0 ? 'warn' : 'pass'} />
        <span>
          <b>
            {below > 0
              ? `${below} of ${plural(clusters.length, 'cluster')}`
              : `All ${plural(clusters.length, 'cluster')}`}
          </b>{' '}
          {below > 0 ? 'would fail within' : 'would last for'} {span(barMinutes * 60_000)}
        </span>
      </span>
      {unproven > 0 && (
        <span className="state c-warn">
          <Glyph name="warn" />
          {plural(unproven, 'cluster')} with an unproven way in
        </span>
      )}
      {assumed > 0 && (
        <span className="mute">
          {plural(assumed, 'Corefile')} not read: the stock {assumed === 1 ? 'one is' : 'ones are'} assumed
        </span>
      )}
      <span className="mute">
        {measured === 0 ? 'Lookups assumed' : `Lookups measured in ${measured} of ${clusters.length}`}
      </span>
    </p>
  )
}

function matches({ name, region, products, flags, basis }: ReadinessClusterDto, wanted: string): boolean {
  const words = [name, region, basis, ...products, ...flags.flatMap(({ code, text }) => [code, text])]
  return words.join(' ').toLowerCase().includes(wanted)
}
