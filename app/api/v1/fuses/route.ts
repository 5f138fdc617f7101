import { handle } from '@/app/api/handle'

/** How long the data planes outlive their control planes. */
export const GET = handle('fleet.read', ({ engine }) => engine.fuses())
