import { z } from 'zod'

const text = z.string().trim().min(1).max(200)
const time = z.iso.datetime({ offset: true }).transform(value => Date.parse(value))

/** Which entries are meant; each may be left out. */
export const auditFilter = {
  /** Part of the name of who did it. */
  actor: text.optional(),
  /** Part of what was done, e.g. `action.` */
  action: text.optional(),
  /** Part of what it was done to. */
  subject: text.optional(),
  since: time.optional(),
  until: time.optional(),
}
export const FILTER_WORDS = 'actor, action, subject (texts), since, until (times with a zone)'
