import { percent } from '@/lib/client/format-number'

/** The cord burns down from the right; ash lies where it is gone. */
export function FuseCord({ share, label }: { share: number | null; label: string }) {
  if (share === null) return <div className="cord" aria-hidden="true" />
  return (
    <div className="cord" role="img" aria-label={`${percent(share)} of the fuse of ${label} left`}>
      <i style={{ width: `${(share * 100).toFixed(1)}%` }} />
    </div>
  )
}
