import { describe, expect, it } from 'vitest'
import type { AuditStore } from '../../../audit/store'
import { SHIPPED_PLAYS } from '../shipped-plays'
import type { PlayStore } from '../store'
import type { PlayRun } from '../types'

const AT = Date.parse('2024-12-11T23:20:00Z')
const line = (verb: string) => ({ at: AT, actor: 'ada', verb, subject: 'play/1', detail: {} })

function run(id: string, playIndex: number, over: Partial<PlayRun> = {}): PlayRun {
  const play = SHIPPED_PLAYS[playIndex]
  if (!play) throw new Error('no such play')
  return {
    id,
    play,
    state: 'open',
    by: 'ada',
    reason: 'the API servers drown',
    startedAt: AT,
    parts: play.parts.map(part => ({ id: part.id, actionIds: [] })),
    version: 0,
    ...over,
  }
}

/** What every store of plays must do. */
export function playStoreContract(open: () => Promise<{ plays: PlayStore; audit: AuditStore }>): void {
  describe('runs of plays', () => {
    it('keeps a run as it is, with its line in the audit', async () => {
      const { plays, audit } = await open()
      const given = run('1', 0, {
        parts: [{ id: 'freeze', actionIds: ['a', 'b'], problem: 'no', offeredAt: AT }],
      })
      await plays.add(given, line('play.started'))
      expect(await plays.get('1')).toEqual(given)
      expect(await plays.get('2')).toBeUndefined()
      expect((await audit.latest(1))[0]).toMatchObject({ verb: 'play.started', actor: 'ada' })
    })

    it('lists open ones first, then the newest', async () => {
      const { plays } = await open()
      await plays.add(run('old', 0), line('play.started'))
      await plays.add(
        run('ended', 1, { state: 'ended', startedAt: AT + 1, endedAt: AT + 2, endedBy: 'ada' }),
        line('x'),
      )
      await plays.add(run('new', 2, { startedAt: AT + 3 }), line('play.started'))
      expect((await plays.list(10)).map(({ id }) => id)).toEqual(['new', 'old', 'ended'])
      expect(await plays.list(1)).toHaveLength(1)
    })

    it('makes one of two changes at the same time', async () => {
      const { plays, audit } = await open()
      const given = run('1', 0)
      await plays.add(given, line('play.started'))
      const ended = { ...given, state: 'ended' as const, endedBy: 'bob', endedAt: AT + 1 }
      expect(await plays.change(ended, line('play.ended'))).toBe(true)
      expect(await plays.change({ ...given, reason: 'late' }, line('play.part-planned'))).toBe(false)
      expect(await plays.get('1')).toEqual({ ...ended, version: 1 })
      expect((await audit.latest(5)).map(({ verb }) => verb)).toEqual(['play.ended', 'play.started'])
    })

    it('has a play under way once only', async () => {
      const { plays } = await open()
      await plays.add(run('1', 0), line('play.started'))
      await expect(plays.add(run('2', 0), line('play.started'))).rejects.toMatchObject({ code: 'conflict' })
      await plays.add(run('3', 0, { state: 'ended' }), line('play.started'))
    })
  })
}
