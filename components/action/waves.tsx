import { plural } from '@/lib/client/format-number'
import type { ActionDto } from '@/lib/wire/actions'

const WAVES = [
  ['canary', 'Canary'],
  ['first', 'First'],
  ['all', 'All'],
] as const

/** In which order the clusters get it. */
export function Waves({ action }: { action: ActionDto }) {
  const waves = WAVES.map(([id, name]) => ({
    id,
    name,
    targets: action.targets.filter(t => t.wave === id),
  })).filter(w => w.targets.length > 0)
  if (waves.length === 0) return null
  return (
    <section>
      <h3>Waves</h3>
      <ol className="waves">
        {waves.map((wave, i) => {
          const unreached = wave.targets.filter(t => t.verification.kind === 'snapshot').length
          return (
            <li key={wave.id} className={i === 0 ? 'on' : ''}>
              <b>{wave.name}</b>
              {plural(wave.targets.length, 'cluster')}
              <span className="clip mono">
                {wave.targets.length === 1
                  ? wave.targets[0]?.clusterName
                  : unreached > 0
                    ? `${unreached} armed until admitted`
                    : ''}
              </span>
            </li>
          )
        })}
      </ol>
    </section>
  )
}
