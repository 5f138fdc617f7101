import { exportLine } from '../audit/export-line'
import { type AuditQuery, type AuditStore, readChain } from '../audit/store'
import type { AuditEntry } from '../audit/types'
import { type ChainReport, verifyChain } from '../audit/verify-chain'
import type { Clock } from '../clock/clock'
import type { AuditChainDto, AuditDto, AuditEntryDto } from '../wire/audit'
import { auditCsv } from '../wire/audit-csv'
import { iso } from './dto/times'
import { needDatabase } from './need-database'

/** Everybody who looks shares one check of the chain for so long: it reads every entry there is. */
const CHECK_HOLDS_MS = 30_000
const PAGE = 500

type Format = 'jsonl' | 'csv'

/** Reads, checks and exports the audit log. */
export class AuditDesk {
  #checked: { at: number; report: ChainReport } | undefined
  #checking: Promise<{ at: number; report: ChainReport }> | undefined

  constructor(
    private readonly store: AuditStore,
    /** Real time: how old a check is concerns people. */
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  /** A page, newest first, with the result of the last check of the whole chain. @throws HoldfastError `unavailable` */
  async page(query: AuditQuery): Promise<AuditDto> {
    return needDatabase(async () => {
      const { at, report } = await this.#lastCheck()
      const [newest] = await this.store.latest(1)
      const entries = await this.store.search(query)
      return {
        entries: entries.map(entryDto),
        intact: report.ok,
        brokenAt: report.ok ? null : report.brokenAt,
        checkedAt: iso(at),
        total: newest?.seq ?? 0,
      }
    })
  }

  /** Checks the whole chain now; those who ask at the same time share one. @throws HoldfastError `unavailable` */
  async verify(): Promise<AuditChainDto> {
    const { at, report } = await needDatabase(() => this.#check())
    return {
      ok: report.ok,
      entries: report.entries,
      headHash: report.ok ? report.headHash : null,
      brokenAt: report.ok ? null : report.brokenAt,
      reason: report.ok ? null : report.reason,
      checkedAt: iso(at),
    }
  }

  /** Entries in order, as text that is read as it is sent. @throws HoldfastError `unavailable` before the first piece */
  async export(
    query: Omit<AuditQuery, 'before' | 'limit'>,
    format: Format,
  ): Promise<ReadableStream<Uint8Array>> {
    const pieces = this.#pieces(query, format)
    const encoder = new TextEncoder()
    let first: IteratorResult<string> | undefined = await pieces.next()
    return new ReadableStream({
      async pull(controller) {
        const { done, value } = first ?? (await pieces.next())
        first = undefined
        if (done) controller.close()
        else controller.enqueue(encoder.encode(value))
      },
      cancel: async () => {
        await pieces.return(undefined)
      },
    })
  }

  async *#pieces(query: Omit<AuditQuery, 'before' | 'limit'>, format: Format): AsyncGenerator<string> {
    for (let after = 0; ; ) {
      const page = await needDatabase(() => this.store.search({ ...query, after, limit: PAGE }))
      const last = page.at(-1)
      if (format === 'csv') yield auditCsv(page.map(entryDto), after === 0)
      else yield page.map(exportLine).join('')
      if (!last) return
      after = last.seq
    }
  }

  async #lastCheck() {
    const { now } = this.clock
    return this.#checked && now() - this.#checked.at < CHECK_HOLDS_MS ? this.#checked : this.#check()
  }

  async #check() {
    this.#checking ??= verifyChain(readChain(this.store))
      .then(report => {
        this.#checked = { at: this.clock.now(), report }
        return this.#checked
      })
      .finally(() => {
        this.#checking = undefined
      })
    return this.#checking
  }
}

function entryDto(entry: AuditEntry): AuditEntryDto {
  return { ...entry, at: iso(entry.at) }
}
