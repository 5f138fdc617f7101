import { openApiDocument } from '@/lib/wire/openapi'

/** OpenAPI 3.1 of everything under /api/v1. */
export function GET(): Response {
  return Response.json(openApiDocument(), { headers: { 'cache-control': 'public, max-age=300' } })
}
