import { handle, readBody } from '@/app/api/handle'
import { personChangePost } from '@/lib/wire/access'

/** Changes a name or role, disables or enables. */
export const POST = handle<{ id: string }>(
  'access.manage',
  async ({ engine, request, params, principal }) => {
    await engine.access.people.change(params.id, await readBody(request, personChangePost), principal)
    return new Response(null, { status: 204 })
  },
)
