import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../clock/fake-clock'
import { data, issueCertificate } from '../fleet/test-kubeconfig'
import { createClusterClient } from './create-cluster-client'
import {
  get,
  laneTo,
  makeCertificates,
  serveHttp,
  serveHttps,
  serveProxy,
  serveSocks,
  serveTcp,
  type TestCertificates,
  type TestServer,
} from './test-server'
import type { ClusterClient } from './types'

let certificates: TestCertificates
let folder: string
let clock: FakeClock
let client: ClusterClient
const open: TestServer[] = []
const opened = (server: TestServer) => {
  open.push(server)
  return server
}

beforeAll(async () => {
  certificates = await makeCertificates()
  folder = await mkdtemp(join(tmpdir(), 'kube-test-'))
})
beforeEach(() => {
  clock = new FakeClock()
  client = createClusterClient({ clock })
})
afterEach(async () => {
  await client.close()
  await Promise.all(open.splice(0).map(server => server.close()))
})
afterAll(() => rm(folder, { recursive: true }))

const echo = (request: IncomingMessage, response: ServerResponse) => {
  const peer =
    'getPeerCertificate' in request.socket
      ? (request.socket as TLSSocket).getPeerCertificate()?.subject?.CN
      : ''
  response.end(JSON.stringify({ headers: request.rawHeaders, peer }))
}
const authorization = (body: string): string => {
  const headers: string[] = JSON.parse(body).headers
  return headers[headers.indexOf('authorization') + 1] ?? ''
}

describe('TLS', () => {
  const serve = async (pem = certificates.server, options = {}) =>
    opened(await serveHttps(pem, echo, options))

  it('accepts a bundle of several authorities in which one is damaged', async () => {
    const { port } = await serve()
    const other = await issueCertificate({ subject: 'CN=other' })
    const damaged = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'
    const endpoint = { caData: data(`${other.cert}${damaged}${certificates.ca.cert}`) }
    expect(
      await client.request(laneTo(`https://localhost:${port}`, undefined, { endpoint }), get('/')),
    ).toMatchObject({ status: 200 })
  })

  it('refuses what it cannot trust, and says what to mend', async () => {
    const expired = await issueCertificate({
      subject: 'CN=old',
      issuer: certificates.ca,
      names: [{ type: 'ip', value: '127.0.0.1' }],
      notAfter: new Date('2021-01-01T00:00:00Z'),
    })
    const selfSigned = await issueCertificate({
      subject: 'CN=self',
      names: [{ type: 'ip', value: '127.0.0.1' }],
    })
    for (const [pem, detail] of [
      [expired, /expired/],
      [selfSigned, /self-signed/],
    ] as const) {
      const { port } = await serve(pem)
      const result = await client.request(laneTo(`https://127.0.0.1:${port}`, certificates.ca), get('/'))
      expect(result).toMatchObject({ outcome: 'tls', detail: expect.stringMatching(detail) })
    }
  })

  it('checks the name, and takes tls-server-name for it', async () => {
    const named = await issueCertificate({
      subject: 'CN=n',
      issuer: certificates.ca,
      names: [{ type: 'dns', value: 'kubernetes' }],
    })
    const { port } = await serve(named)
    const url = `https://127.0.0.1:${port}`
    const wrong = await client.request(laneTo(url, certificates.ca), get('/'))
    expect(wrong).toMatchObject({ outcome: 'tls', detail: expect.stringContaining('set tls-server-name') })
    const right = laneTo(url, certificates.ca, { endpoint: { tlsServerName: 'kubernetes' } })
    expect(await client.request(right, get('/'))).toMatchObject({ status: 200 })
  })

  it('trusts anything with insecure-skip-tls-verify only', async () => {
    const { port } = await serve()
    const url = `https://127.0.0.1:${port}`
    expect(await client.request(laneTo(url, undefined), get('/'))).toMatchObject({ outcome: 'tls' })
    const lane = laneTo(url, undefined, { endpoint: { insecureSkipTlsVerify: true } })
    expect(await client.request(lane, get('/'))).toMatchObject({ status: 200 })
  })

  it('presents the client certificate, inline or from files', async () => {
    const { port } = await serve(certificates.server, {
      requestCert: true,
      rejectUnauthorized: true,
      ca: certificates.ca.cert,
    })
    const url = `https://127.0.0.1:${port}`
    const { cert, key } = certificates.client
    await writeFile(join(folder, 'tls.crt'), cert)
    await writeFile(join(folder, 'tls.key'), key)
    for (const user of [
      { 'client-certificate-data': data(cert), 'client-key-data': data(key) },
      { 'client-certificate': join(folder, 'tls.crt'), 'client-key': join(folder, 'tls.key') },
    ]) {
      const result = await client.request(laneTo(url, certificates.ca, { user }), get('/'))
      expect(JSON.parse(result.body).peer).toBe('admin')
    }
  })

  it('says so when an https address speaks plain HTTP', async () => {
    const { port } = opened(await serveHttp(echo))
    const result = await client.request(laneTo(`https://127.0.0.1:${port}`, certificates.ca), get('/'))
    expect(result).toMatchObject({ outcome: 'tls', detail: expect.stringContaining('plain HTTP') })
  })
})

describe('proxy-url', () => {
  it('tunnels through an HTTP proxy, with the name left to the proxy', async () => {
    const { port } = opened(await serveHttps(certificates.server, echo))
    const targets: string[] = []
    const proxy = opened(await serveProxy(targets))
    const endpoint = { proxyUrl: `http://user:pass@127.0.0.1:${proxy.port}` }
    const lane = laneTo(`https://localhost:${port}`, certificates.ca, { endpoint })
    expect(await client.request(lane, get('/'))).toMatchObject({ status: 200 })
    expect(await client.knock(lane, 1000)).toBe(true)
    expect(targets).toEqual([`localhost:${port}`, `localhost:${port}`])
  })

  it('tunnels through SOCKS5', async () => {
    const { port } = opened(await serveHttps(certificates.server, echo))
    const targets: string[] = []
    const proxy = opened(await serveSocks(targets))
    const endpoint = { proxyUrl: `socks5://127.0.0.1:${proxy.port}` }
    const lane = laneTo(`https://localhost:${port}`, certificates.ca, { endpoint })
    expect(await client.request(lane, get('/'))).toMatchObject({ status: 200 })
    expect(targets).toEqual([`localhost:${port}`])
  })

  it('blames the proxy when it refuses or is away', async () => {
    const refusing = opened(await serveProxy([], 407))
    const away = await serveTcp(() => {})
    await away.close()
    for (const [scheme, port, detail] of [
      ['http', refusing.port, /proxy .*407/],
      ['http', away.port, /proxy-url cannot be used: ECONNREFUSED/],
      ['socks5', away.port, /proxy-url cannot be used: ECONNREFUSED/],
    ] as const) {
      const lane = laneTo('https://localhost:1', certificates.ca, {
        endpoint: { proxyUrl: `${scheme}://127.0.0.1:${port}` },
      })
      expect(await client.request(lane, get('/'))).toMatchObject({
        outcome: 'refused',
        detail: expect.stringMatching(detail),
      })
    }
  })
})

describe('credentials', () => {
  const laneWith = async (user: Record<string, unknown>, listener = echo) => {
    const { port } = opened(await serveHttps(certificates.server, listener))
    return laneTo(`https://127.0.0.1:${port}`, certificates.ca, { user })
  }

  it('sends basic auth and impersonation', async () => {
    const user = {
      username: 'u',
      password: 'p',
      as: 'me',
      'as-uid': '7',
      'as-groups': ['a', 'b'],
      'as-user-extra': { 'acme.io/team': ['x'] },
    }
    const { headers } = JSON.parse((await client.request(await laneWith(user), get('/'))).body)
    expect(headers.join(' ')).toContain(
      `authorization Basic ${Buffer.from('u:p').toString('base64')} impersonate-user me impersonate-uid 7 impersonate-group a impersonate-group b impersonate-extra-acme.io%2Fteam x`,
    )
  })

  it('sends none over plain http, unless insecure-skip-tls-verify says so', async () => {
    const { port } = opened(await serveHttp(echo))
    const url = `http://127.0.0.1:${port}`
    expect((await client.request(laneTo(url, undefined), get('/'))).body).not.toContain('secret-token')
    const insecure = laneTo(url, undefined, { endpoint: { insecureSkipTlsVerify: true } })
    expect((await client.request(insecure, get('/'))).body).toContain('secret-token')
  })

  it('reads a token file again when it is old, after a 401, and keeps the last token while the file is away', async () => {
    const tokenFile = join(folder, 'token')
    let status = 200
    const lane = await laneWith({ tokenFile }, (request, response) => {
      response.statusCode = status
      echo(request, response)
    })
    const ask = async () => authorization((await client.request(lane, get('/'))).body)
    expect(await client.request(lane, get('/'))).toMatchObject({
      outcome: 'credentials',
      detail: expect.stringContaining(tokenFile),
    })
    await writeFile(tokenFile, 'one\n')
    expect(await ask()).toBe('Bearer one')
    await writeFile(tokenFile, 'two\n')
    expect(await ask()).toBe('Bearer one')
    await clock.advance(31_000)
    status = 401
    expect(await ask()).toBe('Bearer two')
    await writeFile(tokenFile, 'three')
    expect(await ask()).toBe('Bearer three')
    await rm(tokenFile)
    await clock.advance(31_000)
    expect(await ask()).toBe('Bearer three')
  })

  describe('from exec plugins', () => {
    const apiVersion = 'client.authentication.k8s.io/v1'
    const plugin = async (name: string, script: string, interpreter = '/bin/sh') => {
      const command = join(folder, name)
      await writeFile(command, `#!${interpreter}\n${script}\n`)
      await chmod(command, 0o755)
      const env = [{ name: 'WHO', value: 'me' }]
      return { exec: { apiVersion, command, args: ['get-token'], env, provideClusterInfo: 'true' } }
    }

    it('runs the plugin once for many requests, again when its credential expires or is rejected', async () => {
      const runs = join(folder, 'runs')
      await writeFile(runs, '')
      const expirationTimestamp = new Date(clock.now() + 3600_000).toISOString()
      const user = await plugin(
        'login',
        `const fs = require('fs'); fs.appendFileSync(${JSON.stringify(runs)}, 'x')
         const info = JSON.parse(process.env.KUBERNETES_EXEC_INFO)
         const token = [process.argv[2], process.env.WHO, info.spec.interactive, info.spec.cluster.server.slice(0, 8), fs.statSync(${JSON.stringify(runs)}).size].join('|')
         console.log(JSON.stringify({ kind: 'ExecCredential', apiVersion: info.apiVersion, status: { token, expirationTimestamp: ${JSON.stringify(expirationTimestamp)} } }))`,
        process.execPath,
      )
      let status = 200
      const lane = await laneWith(user, (request, response) => {
        response.statusCode = status
        echo(request, response)
      })
      const ask = async () => authorization((await client.request(lane, get('/'))).body)
      expect(await Promise.all([ask(), ask(), ask()])).toEqual(
        Array(3).fill('Bearer get-token|me|false|https://|1'),
      )
      status = 401
      await ask()
      status = 200
      expect(await ask()).toMatch(/\|2$/)
      await clock.advance(3600_000)
      expect(await ask()).toMatch(/\|3$/)
      expect(await readFile(runs, 'utf8')).toBe('xxx')
    })

    it('presents a certificate that a plugin makes', async () => {
      const { cert, key } = certificates.client
      const credential = {
        kind: 'ExecCredential',
        apiVersion,
        status: { clientCertificateData: cert, clientKeyData: key },
      }
      const user = await plugin('cert', `cat <<'END'\n${JSON.stringify(credential)}\nEND`)
      const { port } = opened(
        await serveHttps(certificates.server, echo, { requestCert: true, rejectUnauthorized: false }),
      )
      const result = await client.request(
        laneTo(`https://127.0.0.1:${port}`, certificates.ca, { user }),
        get('/'),
      )
      expect(JSON.parse(result.body).peer).toBe('admin')
    })

    it.each([
      ['fails', 'echo "please log in; token=abc123" >&2; exit 3', /exit code 3.*please log in; token/],
      ['writes nonsense', 'echo hello', /did not write JSON/],
      ['writes another kind', "echo '{}'", /did not write an ExecCredential/],
      [
        'writes nothing useful',
        `echo '{"kind":"ExecCredential","apiVersion":"${apiVersion}","status":{}}'`,
        /neither a token/,
      ],
      ['writes without end', 'yes', /more than 1 MB/],
    ])('tells why when the plugin %s', async (name, script, detail) => {
      const result = await client.request(
        await laneWith(await plugin(name.replaceAll(' ', '-'), script)),
        get('/'),
      )
      expect(result).toMatchObject({ outcome: 'credentials', detail: expect.stringMatching(detail) })
      expect(result.detail).not.toContain('abc123')
    })

    it('tells the install hint when there is no such program', async () => {
      const exec = { apiVersion, command: 'no-such-plugin-here', installHint: 'get it at example.com' }
      const result = await client.request(await laneWith({ exec }), get('/'))
      expect(result).toMatchObject({
        outcome: 'credentials',
        detail: expect.stringMatching(/was not found: get it at example\.com/),
      })
    })

    it('does not wait for a plugin beyond the deadline', async () => {
      const lane = await laneWith(await plugin('hang', 'exec sleep 600'))
      const result = client.request(lane, get('/', { timeoutMs: 4000 }))
      await clock.advance(4000)
      expect(await result).toMatchObject({ outcome: 'credentials', detail: 'no credentials within 4000 ms' })
      await clock.advance(60_000)
    })
  })

  it('uses the ID token of auth-provider oidc while it is valid, and says so when it cannot be refreshed', async () => {
    const jwt = (exp: number) =>
      ['{"alg":"none"}', JSON.stringify({ exp }), 's']
        .map(part => Buffer.from(part).toString('base64url'))
        .join('.')
    const provider = (idToken: string) => ({
      'auth-provider': {
        name: 'oidc',
        config: { 'id-token': idToken, 'client-id': 'c', 'idp-issuer-url': 'https://idp.invalid' },
      },
    })
    const valid = jwt(4e9)
    expect(authorization((await client.request(await laneWith(provider(valid)), get('/'))).body)).toBe(
      `Bearer ${valid}`,
    )
    const expired = await client.request(await laneWith(provider(jwt(1))), get('/'))
    expect(expired).toMatchObject({ outcome: 'credentials', detail: expect.stringContaining('expired') })
  }, 60_000)
})
