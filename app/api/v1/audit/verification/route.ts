import { handle } from '@/app/api/handle'

/** Checks the whole chain now, and names the first entry that does not fit. */
export const GET = handle('audit.read', ({ engine }) => engine.audit.verify())
