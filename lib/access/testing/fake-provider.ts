import { createHash, randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'

/** A small OpenID provider on loopback: real discovery, keys, signatures, PKCE, and codes that work once. */
export async function startFakeProvider(clientId: string) {
  const { publicKey, privateKey } = await generateKeyPair('RS256')
  const stranger = await generateKeyPair('RS256')
  const codes = new Map<string, { challenge: string; nonce: string; claims: JWTPayload; isForged: boolean }>()
  let issuer = ''
  let visitor: JWTPayload = {}
  const server = createServer(async (request, response) => {
    const reply = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    const url = new URL(request.url ?? '/', issuer)
    if (url.pathname === '/.well-known/openid-configuration')
      return reply(200, {
        issuer,
        authorization_endpoint: `${issuer}/authorise`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/keys`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
        code_challenge_methods_supported: ['S256'],
      })
    if (url.pathname === '/keys')
      return reply(200, { keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256', use: 'sig' }] })
    if (url.pathname === '/authorise')
      return response
        .writeHead(302, {
          location: `${url.searchParams.get('redirect_uri')}${comeBack(url.href, visitor)}`,
        })
        .end()
    if (url.pathname !== '/token') return reply(404, {})
    let body = ''
    for await (const part of request) body += part
    const form = new URLSearchParams(body)
    const code = codes.get(form.get('code') ?? '')
    codes.delete(form.get('code') ?? '')
    const proof = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    if (!code || proof !== code.challenge) return reply(400, { error: 'invalid_grant' })
    const idToken = await new SignJWT({ nonce: code.nonce, ...code.claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'one' })
      .setIssuer(issuer)
      .setAudience(clientId)
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(code.isForged ? stranger.privateKey : privateKey)
    return reply(200, {
      access_token: randomUUID(),
      token_type: 'Bearer',
      expires_in: 300,
      id_token: idToken,
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  /** What the provider does once the person has signed in there: the query that the browser comes back with. */
  function comeBack(asked: string, claims: JWTPayload, isForged = false): string {
    const query = new URL(asked).searchParams
    const code = randomUUID()
    const [challenge = '', nonce = ''] = [query.get('code_challenge') ?? '', query.get('nonce') ?? '']
    codes.set(code, { challenge, nonce, claims, isForged })
    return `?${new URLSearchParams({ code, state: query.get('state') ?? '', iss: issuer })}`
  }
  return {
    issuer,
    comeBack,
    /** Who uses the browser that comes to sign in. */
    visit(claims: JWTPayload): void {
      visitor = claims
    },
    stop: () => new Promise<unknown>(resolve => server.close(resolve)),
  }
}
