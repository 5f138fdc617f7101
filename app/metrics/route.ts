import { handle } from '@/app/api/handle'

/** Holdfast's own metrics for Prometheus; needs a viewer's token. */
export const GET = handle('fleet.read', async ({ engine }) => {
  const { contentType, text } = await engine.metrics()
  return new Response(text, { headers: { 'content-type': contentType } })
})
