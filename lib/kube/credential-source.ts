import { KubeFailure } from './classify-failure'

/** What proves who we are, for one request. */
export interface Credentials {
  /** Header names and values in turn, e.g. `['authorization', 'Bearer …']`. */
  headers: string[]
  /** PEM; set by exec plugins that hand out certificates. Static ones belong to the lane's TLS. */
  identity?: { cert: string; key: string }
}

export interface CredentialSource {
  /** Cheap when nothing has to be refreshed: the same object again. @throws KubeFailure `credentials` */
  get(signal: AbortSignal): Credentials | Promise<Credentials>
  /** The server answered 401: what is cached must not be used again. */
  rejected(): void
}

/** `Bearer` with a token that may go into a header. @throws KubeFailure when it may not */
export function bearer(token: string, origin: string): string[] {
  if (!/^[\x21-\x7e]+$/.test(token)) throw new KubeFailure('credentials', `${origin} holds no usable token`)
  return ['authorization', `Bearer ${token}`]
}
