import { readFile } from 'node:fs/promises'
import { type Dispatcher, request } from 'undici'
import type { ActuatorAnswer, ActuatorCall } from './actuator'
import { boundedText } from './bounded-text'

/** One POST to the declared address; redirects are not followed, so that a token goes nowhere else. */
export async function callWebhook(
  { url, tokenFile }: { url: string; tokenFile?: string },
  call: ActuatorCall,
  signal: AbortSignal,
  dispatcher?: Dispatcher,
): Promise<ActuatorAnswer> {
  try {
    const token = tokenFile === undefined ? undefined : (await readFile(tokenFile, 'utf8')).trim()
    const reply = await request(url, {
      dispatcher,
      method: 'POST',
      signal,
      headersTimeout: 0,
      bodyTimeout: 0,
      headers: {
        'content-type': 'application/json',
        'idempotency-key': call.idempotencyKey,
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(call),
    })
    const said = boundedText()
    for await (const chunk of reply.body) said.add(chunk)
    return { outcome: outcomeOf(reply.statusCode, call), text: `${reply.statusCode} ${said.text()}`.trim() }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    // It may have heard: the repeat bears the same key.
    return { outcome: 'lost', text: `no answer: ${why.slice(0, 300)}` }
  }
}

function outcomeOf(status: number, { mode }: ActuatorCall): ActuatorAnswer['outcome'] {
  if (status >= 200 && status < 300) return 'done'
  if (status === 429 || status >= 500) return 'not-now'
  return mode === 'check' && status === 404 ? 'not-in-effect' : 'refused'
}
