'use client'

import { useMutation } from '@tanstack/react-query'
import { plural } from '@/lib/client/format-number'
import { wordsOf } from '@/lib/client/problem-error'
import { requestJson } from '@/lib/client/request-json'
import { type AuditDto, auditChainDto } from '@/lib/wire/audit'
import { Glyph } from '../ui/glyph'

/** Whether the chain fits: as last checked for everybody, or over every entry just now. */
export function VerifyChain({ audit }: { audit: AuditDto }) {
  const verify = useMutation({
    mutationFn: () => requestJson('/api/v1/audit/verification', { schema: auditChainDto }),
  })
  const { data, error, isPending } = verify
  const brokenAt = data ? data.brokenAt : audit.brokenAt
  const isIntact = data ? data.ok : audit.intact
  return (
    <>
      {error ? (
        <span className="c-block clip" role="alert">
          {wordsOf(error).text}
        </span>
      ) : isIntact ? (
        <span
          className="state c-pass"
          role="status"
          title={data?.headHash ? `Head ${data.headHash}` : undefined}
        >
          <Glyph name="pass" />
          Chain intact
          {data?.headHash && (
            <span className="mute verified">
              {plural(data.entries, 'entry', 'entries')}, head{' '}
              <span className="mono">{data.headHash.slice(0, 12)}</span>
            </span>
          )}
        </span>
      ) : (
        <span className="state c-block" role="alert" title={data?.reason ?? undefined}>
          <Glyph name="block" />
          Chain broken{brokenAt !== null && ` at entry ${brokenAt}`}
          {data?.reason ? `: ${data.reason}` : ': run npm run audit:verify'}
        </span>
      )}
      <button
        type="button"
        className="btn small"
        aria-disabled={isPending}
        onClick={() => !isPending && verify.mutate()}
      >
        {isPending ? 'Verifying' : 'Verify'}
      </button>
    </>
  )
}
