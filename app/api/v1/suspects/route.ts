import { handle } from '@/app/api/handle'

/** What changed shortly before, ranked against who is sick. */
export const GET = handle('fleet.read', ({ engine }) => engine.suspects())
