import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Credential, createAuthority, createTokenKeys } from './certificates'
import { type Identity, writeKubeconfig } from './kubeconfig'
import type { RunPaths } from './paths'

const clusterName = 'controlplane'
const loopback = ['127.0.0.1', '::1']

/** What the kubeconfig of the run is made from, once the telemetry token is there too. */
export interface IssuedIdentities {
  cluster: { name: string; server: string; authority: string }
  ordinary: Identity
  breakGlass: Identity
}

/** Issues every certificate of a run and writes what its processes read; all files are mode 0600. */
export async function preparePki(paths: RunPaths, server: string, now: number): Promise<IssuedIdentities> {
  mkdirSync(paths.pki, { recursive: true, mode: 0o700 })
  const write = (name: string, text: string) => writeFileSync(join(paths.pki, name), text, { mode: 0o600 })
  const writePair = (name: string, pair: Credential) => {
    write(`${name}.crt`, pair.certificate)
    write(`${name}.key`, pair.key)
  }

  const authority = await createAuthority(now)
  write('ca.crt', authority.certificate)
  writePair('etcd', await authority.issueServer('etcd', ['localhost'], loopback))
  writePair('etcd-client', await authority.issueClient('kube-apiserver', []))
  const names = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'localhost']
  writePair('apiserver', await authority.issueServer('kube-apiserver', names, [...loopback, '10.96.0.1']))
  // Aggregated API servers know the main one by this second authority, and the controller manager waits for it.
  const frontProxy = await createAuthority(now)
  write('front-proxy-ca.crt', frontProxy.certificate)
  writePair('front-proxy', await frontProxy.issueClient('front-proxy-client', []))
  const tokens = createTokenKeys()
  write('tokens.pub', tokens.publicKey)
  write('tokens.key', tokens.privateKey)

  const cluster = { name: clusterName, server, authority: authority.certificate }
  const writeComponent = async (name: string, user: string, groups: string[]) =>
    writeKubeconfig(join(paths.pki, `${name}.kubeconfig`), cluster, [
      { name, client: await authority.issueClient(user, groups) },
    ])
  await writeComponent('controller-manager', 'system:kube-controller-manager', [])
  // In the group of kubelets, so that priority and fairness treats the stand-in as it treats them.
  await writeComponent('kubelets', 'controlplane:kubelets', ['system:nodes'])

  // The user and groups that the account's token would give it.
  const accounts = ['system:serviceaccounts', 'system:serviceaccounts:kube-system']
  await writeComponent('coredns', 'system:serviceaccount:kube-system:coredns', accounts)

  return {
    cluster,
    ordinary: { name: 'ordinary', client: await authority.issueClient('holdfast', ['holdfast:operators']) },
    breakGlass: {
      name: 'break-glass',
      client: await authority.issueClient('break-glass', ['system:masters']),
    },
  }
}
