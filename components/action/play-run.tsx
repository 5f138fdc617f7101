'use client'

import { clockTime } from '@/lib/client/format-time'
import { useZone } from '@/lib/client/preferences'
import { wordsOf } from '@/lib/client/problem-error'
import { usePlayTurn } from '@/lib/client/writes'
import type { PlayRunDto } from '@/lib/wire/plays'
import { PlayParts } from './play-parts'

/** A play under way: its workstreams with each part as it stands. Ending it touches no action. */
export function PlayRun({ run, mayAct }: { run: PlayRunDto; mayAct: boolean }) {
  const zone = useZone()
  const path = `play-runs/${encodeURIComponent(run.id)}` as const
  const plan = usePlayTurn(`${path}/plan`)
  const end = usePlayTurn(`${path}/end`)
  const failure = plan.error ?? end.error
  const failed = failure ? wordsOf(failure) : null
  const sent = run.parts.filter(({ does, action }) => does !== 'undo' && action?.confirmedAt).length
  const planned = run.parts.filter(({ does, action }) => does !== 'undo' && action).length
  const planning = plan.isPending && plan.variables && 'part' in plan.variables ? plan.variables.part : null
  return (
    <article className="play-run" aria-label={`Play under way: ${run.title}`} data-testid="play-run">
      <header>
        <h3>{run.title}</h3>
        <span className="dim">
          started by {run.by} at <span className="mono">{clockTime(Date.parse(run.startedAt), zone)}</span>
          {`: ${planned} planned, ${sent} sent. Nothing is sent before you confirm it.`}
        </span>
        {mayAct && (
          <button
            type="button"
            className="btn"
            aria-disabled={end.isPending}
            onClick={() => !end.isPending && end.mutate({})}
          >
            End play<span className="sr"> {run.title}; its actions go on</span>
          </button>
        )}
      </header>
      {failed && (
        <p className="c-block problem" role="alert">
          {failed.text} {failed.hint}
        </p>
      )}
      <PlayParts
        parts={run.parts}
        planning={planning}
        onPlan={mayAct ? part => !plan.isPending && plan.mutate({ part }) : undefined}
      />
    </article>
  )
}
