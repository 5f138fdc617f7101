import { engineOrThrow, problemResponse } from '@/app/api/handle'

/** 200 while Holdfast watches; says whether the database answers. */
export function GET(request: Request): Response {
  try {
    return Response.json(engineOrThrow().health(), { headers: { 'cache-control': 'no-store' } })
  } catch (error) {
    return problemResponse(error, request)
  }
}
