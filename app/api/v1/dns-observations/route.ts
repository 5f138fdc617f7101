import { handleAgent, readBody } from '@/app/api/handle'
import { dnsObservationPost } from '@/lib/wire/dns-observations'

/** Eight answers and eighty readings are a quarter of it. */
const MAX_BODY_BYTES = 64 << 10

/** A probe agent inside a cluster tells what it has asked of its resolvers. */
export const POST = handleAgent(async ({ engine, request, agent }) =>
  engine.observeDns(await readBody(request, dnsObservationPost, MAX_BODY_BYTES), agent),
)
