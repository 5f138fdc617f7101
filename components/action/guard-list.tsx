import type { GuardDto } from '@/lib/wire/actions'
import { Glyph } from '../ui/glyph'

const ORDER = ['block', 'warn', 'pass'] as const
const WORD = { block: 'Blocks', warn: 'Warn', pass: 'Pass' } as const

/** Every guard with its verdict: what blocks first, then what warns. Nothing overrides them all. */
export function GuardList({ guards }: { guards: readonly GuardDto[] }) {
  const sorted = [...guards].sort((a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict))
  const counts = (['pass', 'warn', 'block'] as const)
    .map(v => [guards.filter(g => g.verdict === v).length, v] as const)
    .filter(([n]) => n > 0)
    .map(([n, v]) => `${n} ${v}`)
  return (
    <section>
      <h3>
        Guards <span>{counts.join(' · ')}</span>
      </h3>
      <ul className="guards">
        {sorted.map(g => (
          <li key={`${g.guard} ${g.text}`} className={g.verdict}>
            <Glyph name={g.verdict} size={14} className={`c-${g.verdict}`} />
            <code>{g.guard}</code>
            <span className={`word c-${g.verdict}`}>{WORD[g.verdict]}</span>
            <p>{g.text}</p>
          </li>
        ))}
      </ul>
    </section>
  )
}
