'use client'

import Link from 'next/link'
import { plural } from '@/lib/client/format-number'
import { useViewState } from '@/lib/client/search-params'
import type { PlayRunPartDto } from '@/lib/wire/plays'
import { Glyph, type GlyphName } from '../ui/glyph'
import { ActionTrack } from './action-track'
import { actionWords } from './action-words'

interface Props {
  parts: readonly PlayRunPartDto[]
  /** The part that is being planned. */
  planning?: string | null
  onPlan?: ((part: string) => void) | undefined
}

/** A play's parts by workstream: streams side by side, parts of one in order. */
export function PlayParts({ parts, planning = null, onPlan }: Props) {
  const streams = [...new Set(parts.map(({ stream }) => stream))]
  return (
    <div className="streams">
      {streams.map(stream => (
        <section key={stream} aria-label={stream}>
          <h4>{stream}</h4>
          <ol>
            {parts
              .filter(part => part.stream === stream)
              .map(part => (
                <PartRow key={part.id} part={part} isPlanning={planning === part.id} onPlan={onPlan} />
              ))}
          </ol>
        </section>
      ))}
    </div>
  )
}

const STANDING: Record<PlayRunPartDto['standing'], { word: string; glyph: GlyphName; textClass: string }> = {
  ready: { word: 'Can go now', glyph: 'armed', textClass: '' },
  waits: { word: 'Waits', glyph: 'unknown', textClass: 'dim' },
  'left-out': { word: 'Left out', glyph: 'dark', textClass: 'mute' },
  planned: { word: 'Planned', glyph: 'info', textClass: 'dim' },
}

function PartRow({
  part,
  isPlanning,
  onPlan,
}: {
  part: PlayRunPartDto
  isPlanning: boolean
  onPlan: Props['onPlan']
}) {
  const { action, standing, plan } = part
  const isAction = action !== null && standing === 'planned' && part.does !== 'undo'
  const words = isAction ? actionWords(action) : STANDING[standing]
  return (
    <li className={standing} data-testid={`part-${part.id}`}>
      <div className="l1">
        <h5 title={part.why ?? undefined}>{part.title}</h5>
        <span className={`state ${words.textClass}`}>
          <Glyph name={words.glyph} />
          {words.word}
        </span>
      </div>
      {isAction ? (
        <p className="dim">
          {action.confirmedAt ? (
            `${action.progress.landed} of ${plural(action.progress.clusters, 'cluster')} landed, ${action.progress.verified} verified`
          ) : (
            <PlanWords part={part} />
          )}
        </p>
      ) : (
        <p className={standing === 'ready' ? 'dim' : 'mute'}>{sentence(part)}</p>
      )}
      {isAction && action.confirmedAt && <ActionTrack progress={action.progress} />}
      {part.problem && standing !== 'planned' && <p className="c-block">No plan: {part.problem}</p>}
      {standing === 'planned' &&
        plan?.guards.some(({ verdict }) => verdict === 'block') &&
        !action?.confirmedAt && (
          <p className="c-block">{plan.guards.find(({ verdict }) => verdict === 'block')?.text}</p>
        )}
      <PartButton part={part} isPlanning={isPlanning} onPlan={onPlan} />
    </li>
  )
}

function PartButton({ part, isPlanning, onPlan }: Parameters<typeof PartRow>[0]) {
  const [, setView] = useViewState()
  const { action, standing } = part
  const name = <span className="sr"> {part.title}</span>
  if (part.does === 'undo') {
    return standing === 'ready' && action ? (
      <Link className="btn small" href={`/actions/${encodeURIComponent(action.id)}`}>
        Undo there…{name}
      </Link>
    ) : null
  }
  if (standing === 'planned' && action) {
    return (
      <button
        type="button"
        className={action.state === 'planned' ? 'btn small primary' : 'btn small'}
        onClick={() => setView({ action: action.id })}
      >
        {action.state === 'planned' ? 'Review and confirm…' : 'Open…'}
        {name}
      </button>
    )
  }
  if (standing !== 'ready' || !onPlan) return null
  return (
    <button
      type="button"
      className="btn small primary"
      aria-disabled={isPlanning}
      onClick={() => onPlan(part.id)}
    >
      {isPlanning ? 'Planning' : 'Plan…'}
      {name}
    </button>
  )
}

function PlanWords({ part: { plan, action } }: { part: PlayRunPartDto }) {
  if (!plan) return <>{plural(action?.progress.clusters ?? 0, 'cluster')}</>
  const count = (verdict: string) => plan.guards.filter(one => one.verdict === verdict).length
  const guards = (['block', 'warn', 'pass'] as const).flatMap(verdict =>
    count(verdict) > 0 ? [`${count(verdict)} ${verdict}`] : [],
  )
  return (
    <>
      {plural(plan.clusters, 'cluster')}
      {plan.leftOut > 0 && `, ${plan.leftOut} left out`}; guards: {guards.join(' · ')}
    </>
  )
}

/** `Waits until …` and `Left out: …` read as sentences of their own. */
function sentence({ standing, text }: PlayRunPartDto): string {
  const whole = standing === 'waits' ? `Waits ${text}` : text
  return whole.startsWith('holdfast.yaml')
    ? `${whole}.`
    : `${whole.charAt(0).toUpperCase()}${whole.slice(1)}.`
}
