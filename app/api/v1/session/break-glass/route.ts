import { handlePublic, readBody } from '@/app/api/handle'
import { trySignIn } from '@/app/api/sign-in-reply'
import { breakGlassPost } from '@/lib/wire/access'

/** Signs in by a sealed one-time code, when nothing else lets anybody in. */
export const POST = handlePublic(({ engine, request }) =>
  trySignIn(engine, request, async client =>
    engine.access.breakGlass(await readBody(request, breakGlassPost), client),
  ),
)
