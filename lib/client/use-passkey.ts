import { browserSupportsWebAuthn, startAuthentication, startRegistration } from '@simplewebauthn/browser'
import { useSyncExternalStore } from 'react'
import { handshakeDto } from '../wire/access'
import { requestJson } from './request-json'

/** Signs in by a passkey of this browser, where it has such a thing: only over https and on localhost. */
export function usePasskey(): { hasPasskeys: boolean; signInWithPasskey(): Promise<void> } {
  const hasPasskeys = useSyncExternalStore(never, browserSupportsWebAuthn, () => false)
  return { hasPasskeys, signInWithPasskey }
}

const never = () => () => {}

async function signInWithPasskey(): Promise<void> {
  const asked = await requestJson('/api/v1/session/passkey/options', {
    method: 'POST',
    schema: handshakeDto,
  })
  const optionsJSON = asked.options as unknown as Parameters<typeof startAuthentication>[0]['optionsJSON']
  const response = await startAuthentication({ optionsJSON })
  await requestJson('/api/v1/session/passkey', {
    method: 'POST',
    body: { handshake: asked.handshake, response },
  })
}

/** Makes a passkey in this browser for who is signed in. */
export async function makePasskey(
  post: (path: string, body: unknown) => Promise<unknown>,
  name: string,
): Promise<void> {
  const asked = handshakeDto.parse(await post('account/passkeys/options', {}))
  const optionsJSON = asked.options as unknown as Parameters<typeof startRegistration>[0]['optionsJSON']
  const response = await startRegistration({ optionsJSON })
  await post('account/passkeys', { handshake: asked.handshake, name, response })
}
