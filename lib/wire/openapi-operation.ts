import type { z } from 'zod'

/** One verb of one route, as the API's own description lists it. */
export interface Operation {
  method: 'get' | 'post' | 'delete'
  path: string
  summary: string
  /** Who may: a role, and a scope or more words where a role is not all. */
  role: string
  body?: z.ZodType
  answer?: z.ZodType
  /** Of the answer; 200 when it is not said. */
  status?: number
}
