'use client'

import { useQuery } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { Dialog } from 'radix-ui'
import { useId, useState } from 'react'
import { count, percent, plural } from '@/lib/client/format-number'
import { clockTime, countdown } from '@/lib/client/format-time'
import { useZone } from '@/lib/client/preferences'
import { productNames } from '@/lib/client/product-names'
import { warRoomQuery } from '@/lib/client/queries'
import { useServerRealNow } from '@/lib/client/use-live'
import type { ActionDto } from '@/lib/wire/actions'
import { Glyph } from '../ui/glyph'
import { actionWords, KIND_WORDS, shortDigest, targetName } from './action-words'
import { ApprovalBar } from './approval-bar'
import { ConfirmBar } from './confirm-bar'
import { MIN_REASON } from './confirm-lock'
import { GuardList } from './guard-list'
import { LeftOut, PlanChanges } from './plan-changes'
import { ReasonField } from './reason-field'
import { ReviewBar } from './review-bar'
import { CloseButton, FollowLink } from './sheet-buttons'
import { SheetFuse } from './sheet-fuse'
import { SheetLever } from './sheet-lever'
import { SheetPlay } from './sheet-play'
import { SheetScope } from './sheet-scope'
import { TargetTable } from './target-table'
import { Waves } from './waves'

/** A plan states its end before it starts: exact targets, what changes, waves, guards, undo; then the confirmation. */
export function SheetPlan({ action, onClose }: { action: ActionDto; onClose: () => void }) {
  const zone = useZone()
  const now = useServerRealNow()
  const [reason, setReason] = useState(action.reason)
  const [typedName, setTypedName] = useState('')
  const nameId = useId()
  const isOpen = action.state === 'planned'
  const left = now === null ? null : Date.parse(action.expiresAt) - now
  const { blastRadius: blast, target } = action
  const { data: room } = useQuery(warRoomQuery)
  const products = productNames(blast.products, room?.fleet.products ?? [])
  const gitOps = action.targets.filter(t => t.gitOps !== null)
  return (
    <>
      <header className="sheet-top">
        <Dialog.Title>
          {KIND_WORDS[action.kind].title}
          {!isOpen && <span className="tag">{actionWords(action).word}</span>}
        </Dialog.Title>
        <p>
          {target.kind} <span className="mono">{targetName(target)}</span>,{' '}
          {plural(blast.clusters, 'cluster')} of {count(blast.fleetClusters)}
        </p>
        <div className="right">
          <span>
            Plan <span className="mono strong">{shortDigest(action.digest)}</span>
          </span>
          {(isOpen || action.state === 'awaiting') && left !== null && (
            <span className={left <= 0 ? 'c-warn' : ''}>
              {left > 0 ? (
                <>
                  expires <span className="mono dim">{countdown(left)}</span>
                </>
              ) : (
                'expired'
              )}
            </span>
          )}
          <Dialog.Close asChild>
            <button type="button" className="btn" aria-label="Close">
              <X size={14} aria-hidden="true" />
            </button>
          </Dialog.Close>
        </div>
        {isOpen && (
          <div className="sheet-choices">
            <SheetLever action={action} reason={reason} />
            <SheetScope action={action} reason={reason} />
          </div>
        )}
        <SheetFuse />
      </header>
      <SheetPlay actionId={action.id} />
      <div className="sheet-body">
        <dl className="blast" aria-label="Blast radius">
          <Figure name="Clusters" value={count(blast.clusters)}>
            {blast.fleetClusters > 0 && `${percent(blast.clusters / blast.fleetClusters)} of fleet`}
          </Figure>
          <Figure name="Nodes" value={count(blast.nodes)} />
          <Figure name="Workloads" value={count(blast.workloads)} />
          <Figure name="Pods" value={count(blast.pods)} />
          {gitOps.length > 0 ? (
            <div className="gitops">
              <Glyph name="warn" size={14} className="c-warn" />
              <dt className="c-warn">{gitOpsTitle(action)}</dt>
              <dd>It may put the service back on {plural(gitOps.length, 'cluster')}; see the guards.</dd>
            </div>
          ) : (
            <div className="gitops">
              <dt>{products.length > 0 ? `Serves ${products.join(', ')}` : 'No product named'}</dt>
              <dd>No Argo CD, Flux or Helm owner found that would put it back.</dd>
            </div>
          )}
        </dl>
        <div className="sheet-cols">
          <div>
            <TargetTable action={action} at={clockTime(Date.parse(action.plannedAt), zone)} />
            <PlanChanges action={action} />
            <Waves action={action} />
            <LeftOut action={action} />
          </div>
          <div>
            <GuardList guards={action.guards} />
          </div>
        </div>
        {isOpen && (
          <section className="sheet-form" aria-label="Confirmation">
            <ReasonField
              label="Reason"
              hint={`goes into the audit log, ${MIN_REASON} characters or more`}
              value={reason}
              onChange={setReason}
            />
            <div>
              <p>
                <label htmlFor={nameId}>Type the name</label> <span className="mono">{target.name}</span>
              </p>
              <input
                id={nameId}
                className="field mono"
                autoComplete="off"
                autoCapitalize="off"
                spellCheck={false}
                maxLength={253}
                value={typedName}
                onChange={event => setTypedName(event.target.value)}
              />
            </div>
          </section>
        )}
      </div>
      {isOpen ? (
        <ConfirmBar action={action} reason={reason} typedName={typedName} left={left} onClose={onClose} />
      ) : action.state === 'awaiting' ? (
        <ApprovalBar action={action} onClose={onClose} />
      ) : action.approval?.answer?.kind === 'overridden' && action.approval.review === null ? (
        <ReviewBar action={action} onClose={onClose} />
      ) : (
        <footer className="sheet-foot">
          <p>
            <span className={`state ${actionWords(action).textClass}`}>
              <Glyph name={actionWords(action).glyph} />
              {actionWords(action).word}: {count(action.progress.landed)}/{count(action.progress.clusters)}{' '}
              landed, {count(action.progress.armed)} armed, {count(action.progress.verified)} verified
            </span>
          </p>
          <CloseButton onClose={onClose} />
          <FollowLink actionId={action.id} isPrimary />
        </footer>
      )}
    </>
  )
}

function Figure({ name, value, children }: { name: string; value: string; children?: string | false }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {value}
        {children && <small>{children}</small>}
      </dd>
    </div>
  )
}

const TOOLS = { argocd: 'Argo CD', flux: 'Flux', helm: 'Helm' } as const

function gitOpsTitle(action: ActionDto): string {
  const tools = new Set(action.targets.flatMap(t => (t.gitOps ? [TOOLS[t.gitOps.tool]] : [])))
  return `${[...tools].join(' and ')} ${tools.size === 1 ? 'owns' : 'own'} it`
}
