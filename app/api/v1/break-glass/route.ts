import { handle } from '@/app/api/handle'

/** How many codes there are, and who used one. */
export const GET = handle('break-glass.review', ({ engine }) => engine.access.glass.state())

/** Makes new codes in the place of those that are not used; the answer holds them, once. */
export const POST = handle('break-glass.print', async ({ engine, principal }) =>
  Response.json(await engine.access.glass.print(principal), {
    status: 201,
    headers: { 'cache-control': 'no-store' },
  }),
)
