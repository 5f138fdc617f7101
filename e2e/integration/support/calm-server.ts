import { randomUUID } from 'node:crypto'
import type { IncomingMessage, RequestListener } from 'node:http'
import { serveHttps, type TestCertificates, type TestServer } from '../../../lib/kube/test-server'

export interface CalmServer extends TestServer {
  /** Paths asked, in order, with when (ms of this process). */
  asked: { path: string; at: number }[]
}

type Answer = (request: IncomingMessage, response: Parameters<RequestListener>[1]) => boolean

const metrics = [
  '# TYPE process_start_time_seconds gauge',
  'process_start_time_seconds 1.7e+09',
  '# TYPE apiserver_resource_objects gauge',
  'apiserver_resource_objects{group="",resource="nodes"} 7',
  'apiserver_resource_objects{group="",resource="pods"} 70',
  '',
].join('\n')

/** A small API server that answers every probe at once; `instead` may answer some of them in its own way. */
export async function serveCalm(
  { server, ca }: TestCertificates,
  instead: Answer = () => false,
): Promise<CalmServer> {
  const asked: CalmServer['asked'] = []
  // Holdfast knows a cluster by this uid, whatever its address.
  const kubeSystemUid = randomUUID()
  const listener: RequestListener = (request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? ''
    asked.push({ path, at: performance.now() })
    if (instead(request, response)) return
    const { type, body } = calmAnswer(path, kubeSystemUid)
    response.writeHead(200, { 'content-type': type }).end(body)
  }
  const options = { requestCert: true, rejectUnauthorized: false, ca: ca.cert }
  return { ...(await serveHttps(server, listener, options)), asked }
}

function calmAnswer(path: string, uid: string): { type: string; body: string } {
  const json = (value: object) => ({ type: 'application/json', body: JSON.stringify(value) })
  if (path === '/readyz' || path === '/livez') return { type: 'text/plain', body: 'ok' }
  if (path === '/metrics') return { type: 'text/plain', body: metrics }
  if (path === '/version') return json({ gitVersion: 'v1.37.2', platform: 'linux/amd64' })
  if (path.startsWith('/apis/apps/v1/')) return json({ kind: 'List', metadata: {}, items: [] })
  if (path.includes('/leases/'))
    return json({
      metadata: { name: 'kube-controller-manager' },
      spec: { renewTime: new Date().toISOString() },
    })
  return json({ metadata: { uid, resourceVersion: '1' }, data: {} })
}
