import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadFleet } from './load-fleet'
import { data, issueCertificate, kubeconfigText, type Pem } from './test-kubeconfig'

const now = Date.parse('2026-01-01T00:00:00Z')
let folder: string
let ca: Pem
let admin: Pem
let viewer: Pem

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fleet-test-'))
  ca = await issueCertificate({ subject: 'CN=test ca' })
  admin = await issueCertificate({ subject: 'O=system:masters, CN=admin', issuer: ca })
  viewer = await issueCertificate({
    subject: 'O=viewers, CN=viewer',
    issuer: ca,
    notAfter: new Date('2025-12-31T00:00:00Z'),
  })
})
afterAll(() => rm(folder, { recursive: true }))

async function put(name: string, text: string | Uint8Array): Promise<string> {
  const path = join(folder, name)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
  return path
}

const load = (...kubeconfigPaths: string[]) => loadFleet({ kubeconfigPaths, now }).then(({ fleet }) => fleet)
const certUser = (pem: Pem) => ({
  'client-certificate-data': data(pem.cert),
  'client-key-data': data(pem.key),
})

describe('loadFleet from kubeconfigs', () => {
  it('shows several contexts on one cluster once, ordinary lane first, exempt by its certificate', async () => {
    const clusterExtra = { 'certificate-authority-data': data(ca.cert) }
    const path = await put(
      'lanes.json',
      kubeconfigText([
        { context: 'a-admin', server: 'https://API.example:443/', clusterExtra, user: certUser(admin) },
        { context: 'prod', server: 'https://api.example', clusterExtra },
      ]),
    )
    const { clusters, problems } = await load(path)
    expect(problems).toEqual([])
    expect(clusters).toHaveLength(1)
    expect(clusters[0]).toMatchObject({ id: 'prod', name: 'prod' })
    expect(clusters[0]?.lanes.map(({ id, kind, source }) => [id, kind, source.context])).toEqual([
      ['ordinary', 'ordinary', 'prod'],
      ['exempt', 'exempt', 'a-admin'],
    ])
  })

  it('takes an identity that impersonates system:masters as exempt, and a masters certificate that impersonates somebody else as ordinary', async () => {
    const path = await put(
      'as.json',
      kubeconfigText([
        { context: 'up', user: { token: 't', as: 'me', 'as-groups': ['system:masters'] } },
        { context: 'down', user: { ...certUser(admin), as: 'someone' } },
      ]),
    )
    const { clusters } = await load(path)
    expect(clusters.map(({ name, lanes }) => [name, lanes[0]?.kind])).toEqual([
      ['up', 'exempt'],
      ['down', 'ordinary'],
    ])
  })

  it('keeps two clusters apart that have one address and different authorities', async () => {
    const other = await issueCertificate({ subject: 'CN=other ca' })
    const path = await put(
      'same-address.json',
      kubeconfigText(
        [ca, other].map((authority, i) => ({
          context: `c${i}`,
          server: 'https://127.0.0.1:6443',
          clusterExtra: { 'certificate-authority-data': data(authority.cert) },
        })),
      ),
    )
    expect((await load(path)).clusters.map(({ name }) => name)).toEqual(['c0', 'c1'])
  })

  it('makes relative paths absolute by the folder of their own file', async () => {
    await put('deep/pki/ca.crt', ca.cert)
    await put('deep/pki/token', 'abc')
    const path = await put(
      'deep/config',
      'clusters: [{name: c, cluster: {server: "https://c", certificate-authority: pki/ca.crt}}]\n' +
        'users: [{name: u, user: {tokenFile: ./pki/token}}]\ncontexts: [{name: x, context: {cluster: c, user: u}}]\n',
    )
    const lane = (await load(path)).clusters[0]?.lanes[0]
    expect(lane?.endpoint.caFile).toBe(join(folder, 'deep/pki/ca.crt'))
    expect(lane?.user.tokenFile).toBe(join(folder, 'deep/pki/token'))
  })

  it('merges several files first wins, and says what is hidden', async () => {
    const a = await put('a.json', kubeconfigText([{ context: 'x', server: 'https://one' }]))
    const b = await put('b.json', kubeconfigText([{ context: 'x', server: 'https://two' }, { context: 'y' }]))
    const { clusters, problems } = await load(`${a}:${b}`)
    expect(clusters.map(({ name, lanes }) => [name, lanes[0]?.endpoint.server])).toEqual([
      ['x', 'https://one'],
      ['y', 'https://y.example:6443'],
    ])
    expect(problems.map(({ message }) => message)).toEqual([expect.stringMatching(/clusters "x" is hidden/)])
  })

  it('shows a broken context with its reason and goes on with the others', async () => {
    const good = kubeconfigText([{ context: 'good' }])
    const bad = JSON.parse(good)
    bad.contexts.unshift({ name: 'lost', context: { cluster: 'gone', user: 'good' } })
    const { clusters } = await load(await put('lost.json', JSON.stringify(bad)))
    expect(clusters.map(({ name, lanes }) => [name, lanes.length])).toEqual([
      ['lost', 0],
      ['good', 1],
    ])
    expect(clusters[0]?.problem?.message).toBe(
      'context "lost": its cluster "gone" is in none of the kubeconfigs',
    )
  })

  it.each([
    ['no server', { server: ' ' }, /has no server/],
    ['another scheme', { server: 'ftp://x' }, /not an http or https URL/],
    ['credentials in the URL', { server: 'https://u:hunter2@x' }, /holds credentials/],
    ['authority that is not base64', { clusterExtra: { 'certificate-authority-data': '%%%' } }, /not base64/],
    [
      'authority that is not PEM',
      { clusterExtra: { 'certificate-authority-data': data('x') } },
      /no PEM certificate/,
    ],
    [
      'authority that is missing',
      { clusterExtra: { 'certificate-authority': 'nowhere.crt' } },
      /there is no such file/,
    ],
    ['proxy of a strange kind', { clusterExtra: { 'proxy-url': 'gopher://p' } }, /proxy-url/],
    ['no credentials', { user: {} }, /has no credentials/],
    [
      'two methods',
      { user: { token: 'secret-token', username: 'u', password: 'p' } },
      /more than one authentication method/,
    ],
    ['gcp', { user: { 'auth-provider': { name: 'gcp' } } }, /removed from Kubernetes 1\.26/],
    [
      'oidc without issuer',
      { user: { 'auth-provider': { name: 'oidc', config: {} } } },
      /lacks idp-issuer-url/,
    ],
    ['groups without user', { user: { token: 't', 'as-groups': ['g'] } }, /need a user to impersonate/],
    ['token with a line break', { user: { token: 'a\nb' } }, /no HTTP header/],
    ['exec without apiVersion', { user: { exec: { command: 'x' } } }, /no apiVersion/],
    [
      'exec that asks a person',
      {
        user: {
          exec: { command: 'x', apiVersion: 'client.authentication.k8s.io/v1', interactiveMode: 'Always' },
        },
      },
      /needs a terminal/,
    ],
  ])('tells why a context is broken: %s', async (name, entry, message) => {
    const { clusters } = await load(await put('broken.json', kubeconfigText([{ context: 'c', ...entry }])))
    expect(clusters[0]?.lanes, name).toEqual([])
    expect(clusters[0]?.problem?.message).toMatch(message)
    expect(JSON.stringify(clusters[0]?.problem)).not.toMatch(/secret-token|hunter2/)
  })

  it('refuses a key that does not belong to its certificate, and an authority together with insecure-skip-tls-verify', async () => {
    const mixed = { 'client-certificate-data': data(admin.cert), 'client-key-data': data(viewer.key) }
    const clusterExtra = { 'insecure-skip-tls-verify': true, 'certificate-authority-data': data(ca.cert) }
    const text = kubeconfigText([
      { context: 'a', user: mixed },
      { context: 'b', clusterExtra },
    ])
    const messages = (await load(await put('mixed.json', text))).clusters.map(
      ({ problem }) => problem?.message,
    )
    expect(messages[0]).toMatch(/does not belong/)
    expect(messages[1]).toMatch(/insecure-skip-tls-verify/)
  })

  it('warns of an expired client certificate and keeps the lane', async () => {
    const { clusters } = await load(
      await put('old.json', kubeconfigText([{ context: 'c', user: certUser(viewer) }])),
    )
    expect(clusters[0]?.lanes).toHaveLength(1)
    expect(clusters[0]?.warnings?.[0]?.message).toMatch(/expired at 2025-12-31/)
  })

  it('reads certificate and key from one file, and puts sound lanes before expired ones', async () => {
    await put(
      'kubelet.pem',
      `${admin.cert}-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n${admin.key}`,
    )
    const text = kubeconfigText([
      { context: 'a-expired', server: 'https://x', user: certUser(viewer) },
      { context: 'b-token', server: 'https://x' },
      {
        context: 'c-kubelet',
        server: 'https://x',
        user: { 'client-certificate': 'kubelet.pem', 'client-key': 'kubelet.pem' },
      },
    ])
    const { clusters } = await load(await put('combined.json', text))
    expect(clusters[0]?.lanes.map(({ id, source }) => [id, source.context])).toEqual([
      ['ordinary', 'b-token'],
      ['ordinary-2', 'a-expired'],
      ['exempt', 'c-kubelet'],
    ])
  })

  it('reports files that cannot be read, each in words', async () => {
    const latin = await put('latin1', new Uint8Array([0x63, 0xe9, 0x0a]))
    const huge = await put('huge', '#'.repeat(10 * 1024 * 1024 + 1))
    const good = await put('good.json', kubeconfigText([{ context: 'good' }]))
    const { clusters, problems } = await load(join(folder, 'missing'), folder, latin, huge, good)
    expect(clusters.map(({ name }) => name)).toEqual(['good'])
    expect(problems.map(({ message }) => message.replace('cannot read the kubeconfig: ', ''))).toEqual([
      'there is no such file',
      'it is a folder, not a file',
      'it is not UTF-8 text',
      'it has 11 MB; at most 10 MB are read',
    ])
  })

  it('reads UTF-16 with a byte order mark, as Windows shells write it', async () => {
    const text = Buffer.from(`\ufeff${kubeconfigText([{ context: 'win' }])}`, 'utf16le')
    expect((await load(await put('utf16', text))).clusters[0]?.name).toBe('win')
  })

  it('gives hostile and duplicate names ids that are safe, unique and independent of the order of files', async () => {
    const a = await put(
      'h1.json',
      kubeconfigText([{ context: '<script>alert(1)</script>' }, { context: 'Prod/EU' }]),
    )
    const b = await put(
      'h2.json',
      kubeconfigText([{ context: 'prod-eu' }, { context: '東京' }, { context: '..' }]),
    )
    const ids = async (...paths: string[]) =>
      Object.fromEntries((await load(...paths)).clusters.map(({ id, name }) => [name, id]))
    const first = await ids(a, b)
    expect(new Set(Object.values(first)).size).toBe(5)
    for (const id of Object.values(first)) expect(id).toMatch(/^[a-z0-9][a-z0-9.-]*$/)
    expect(await ids(b, a)).toEqual(first)
  })

  it('loads 1,000 contexts of 1,000 clusters', async () => {
    const clusterExtra = { 'certificate-authority-data': data(ca.cert) }
    const entries = Array.from({ length: 1000 }, (_, i) => ({
      context: `c${i}`,
      clusterExtra,
      user: certUser(admin),
    }))
    expect((await load(await put('many.json', kubeconfigText(entries)))).clusters).toHaveLength(1000)
  })
})
