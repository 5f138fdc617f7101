import type { RequestListener } from 'node:http'
import { issueCertificate } from '../../../lib/fleet/test-kubeconfig'
import { serveHttps, serveTcp, type TestCertificates, type TestServer } from '../../../lib/kube/test-server'
import { serveCalm } from './calm-server'

const MIB = 1024 * 1024
const sample =
  'apiserver_request_total{code="200",group="apps",resource="daemonsets",verb="LIST",tenant="%"} 17\n'

/** One server for each way in which an API server, or what is taken for one, can misbehave. */
export async function startBrokenServers(certificates: TestCertificates) {
  const https = (listener: RequestListener) => serveHttps(certificates.server, listener)
  const closed = await serveTcp(() => {})
  await closed.close()
  const expired = await issueCertificate({
    subject: 'CN=api',
    issuer: certificates.ca,
    names: [{ type: 'ip', value: '127.0.0.1' }],
    notBefore: new Date('2020-01-01T00:00:00Z'),
    notAfter: new Date('2021-01-01T00:00:00Z'),
  })
  return {
    'closed-port': closed,
    'accepts-and-hangs': await serveTcp(socket => socket.resume()),
    'reads-and-hangs': await https(() => {}),
    'not-tls': await serveTcp(socket => socket.resume().end('220 mail.example ESMTP ready\r\n')),
    'not-http': await https(({ socket }) => socket.end('\u0000\u0001 this is no HTTP at all\r\n\r\n')),
    'endless-body': await https(({ url }, response) => pour(response, url ?? '')),
    'slow-drip': await https((_, response) => drip(response)),
    'expired-server': await serveHttps(expired, (_, response) => void response.end('ok')),
  } satisfies Record<string, TestServer>
}

/** Servers that are well but for their metrics. */
export async function startOddMetrics(certificates: TestCertificates) {
  const large = Buffer.from(exposition(20 * MIB))
  return {
    'large-metrics': await serveCalm(certificates, ({ url }, response) => {
      if (url !== '/metrics') return false
      response.writeHead(200, { 'content-type': 'text/plain' }).end(large)
      return true
    }),
    'cut-metrics': await serveCalm(certificates, ({ url }, response) => {
      if (url !== '/metrics') return false
      const text = exposition(MIB)
      response.writeHead(200, { 'content-type': 'text/plain', 'content-length': text.length })
      response.write(text.slice(0, text.length / 2), () => response.destroy())
      return true
    }),
  }
}

function exposition(bytes: number): string {
  const lines = ['# TYPE apiserver_request_total counter\n']
  for (let size = 0, i = 0; size < bytes; i++) {
    const line = sample.replace('%', String(i))
    lines.push(line)
    size += line.length
  }
  return lines.join('')
}

/** Megabytes each second for ever, and yet no more than lets everything else in this process run as well. */
function pour(response: Parameters<RequestListener>[1], url: string): void {
  response.writeHead(200, { 'content-type': url === '/metrics' ? 'text/plain' : 'application/json' })
  const chunk = Buffer.alloc(256 * 1024, 'x')
  const timer = setInterval(() => response.writableNeedDrain || response.write(chunk), 50)
  response.on('close', () => clearInterval(timer))
}

/** A byte now and then: never idle for long, never done. */
function drip(response: Parameters<RequestListener>[1]): void {
  response.writeHead(200, { 'content-type': 'text/plain' })
  const timer = setInterval(() => response.write('x'), 250)
  response.on('close', () => clearInterval(timer))
}
