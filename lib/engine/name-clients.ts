import { subscribe } from 'node:diagnostics_channel'
import type { IncomingMessage } from 'node:http'
import { clientAddress, type TrustedProxies } from '../access/client-address'

/** Set on every request before a route sees it; whatever a client sends under this name is written over. */
export const CLIENT_ADDRESS_HEADER = 'x-holdfast-client-address'

/**
 * Tells routes who is at the other end of the socket. The framework hands them headers only, and leaves an
 * `X-Forwarded-For` that the client made up as it is; so Node's own HTTP server says it, for each request.
 */
export function nameClients(trusted: TrustedProxies): void {
  subscribe('http.server.request.start', message => {
    const { request } = message as { request: IncomingMessage }
    const forwarded = request.headers['x-forwarded-for']
    request.headers[CLIENT_ADDRESS_HEADER] = clientAddress(
      request.socket.remoteAddress,
      Array.isArray(forwarded) ? forwarded.join(',') : forwarded,
      trusted,
    )
  })
}
