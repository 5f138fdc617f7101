import { join } from 'node:path'
import type { RunPaths } from './paths'

export interface Ports {
  etcd: number
  etcdPeer: number
  apiServer: number
  controllerManager: number
}

export interface ServerSettings {
  /** `--max-requests-inflight`; the server's own default (400) when undefined. */
  inflight?: number
  /** `--max-mutating-requests-inflight`; the server's own default (200) when undefined. */
  mutatingInflight?: number
  /** `--kube-api-qps` of the controller manager; its own default (20) when undefined. */
  controllerQps?: number
  /** How often the server counts its objects for /metrics; its own default is a minute. */
  countEverySeconds: number
  /** How long a node may be silent before the controller manager calls it unknown, in seconds. */
  nodeGraceSeconds: number
}

/** etcd on loopback, TLS with client certificates; no fsync, since nothing of a run outlives it. */
export function etcdFlags(paths: RunPaths, ports: Ports): string[] {
  const client = `https://127.0.0.1:${ports.etcd}`
  const peer = `https://127.0.0.1:${ports.etcdPeer}`
  const pki = (name: string) => join(paths.pki, name)
  return [
    '--name=one',
    `--data-dir=${paths.etcd}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=one=${peer}`,
    `--cert-file=${pki('etcd.crt')}`,
    `--key-file=${pki('etcd.key')}`,
    `--trusted-ca-file=${pki('ca.crt')}`,
    '--client-cert-auth',
    `--peer-cert-file=${pki('etcd.crt')}`,
    `--peer-key-file=${pki('etcd.key')}`,
    `--peer-trusted-ca-file=${pki('ca.crt')}`,
    '--peer-client-cert-auth',
    '--unsafe-no-fsync',
    '--quota-backend-bytes=2147483648',
    '--auto-compaction-mode=periodic',
    '--auto-compaction-retention=10m',
    '--log-level=warn',
  ]
}

/** The API server as a stock cluster runs it: RBAC, priority and fairness, anonymous probes. */
export function apiServerFlags(paths: RunPaths, ports: Ports, settings: ServerSettings): string[] {
  const pki = (name: string) => join(paths.pki, name)
  return [
    `--etcd-servers=https://127.0.0.1:${ports.etcd}`,
    `--etcd-cafile=${pki('ca.crt')}`,
    `--etcd-certfile=${pki('etcd-client.crt')}`,
    `--etcd-keyfile=${pki('etcd-client.key')}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${ports.apiServer}`,
    // Loopback may not stand in the Endpoints of the service "kubernetes": nobody writes them here.
    '--advertise-address=127.0.0.1',
    '--endpoint-reconciler-type=none',
    `--tls-cert-file=${pki('apiserver.crt')}`,
    `--tls-private-key-file=${pki('apiserver.key')}`,
    `--client-ca-file=${pki('ca.crt')}`,
    `--requestheader-client-ca-file=${pki('front-proxy-ca.crt')}`,
    '--requestheader-allowed-names=front-proxy-client',
    '--requestheader-username-headers=X-Remote-User',
    '--requestheader-group-headers=X-Remote-Group',
    '--requestheader-extra-headers-prefix=X-Remote-Extra-',
    `--proxy-client-cert-file=${pki('front-proxy.crt')}`,
    `--proxy-client-key-file=${pki('front-proxy.key')}`,
    `--etcd-count-metric-poll-period=${settings.countEverySeconds}s`,
    '--authorization-mode=Node,RBAC',
    '--enable-priority-and-fairness=true',
    '--service-cluster-ip-range=10.96.0.0/16',
    '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
    `--service-account-key-file=${pki('tokens.pub')}`,
    `--service-account-signing-key-file=${pki('tokens.key')}`,
    ...(settings.inflight === undefined ? [] : [`--max-requests-inflight=${settings.inflight}`]),
    ...(settings.mutatingInflight === undefined
      ? []
      : [`--max-mutating-requests-inflight=${settings.mutatingInflight}`]),
  ]
}

/** The controller manager with its stock controllers and client limits, on loopback. */
export function controllerManagerFlags(paths: RunPaths, ports: Ports, settings: ServerSettings): string[] {
  const pki = (name: string) => join(paths.pki, name)
  const kubeconfig = join(paths.pki, 'controller-manager.kubeconfig')
  return [
    `--kubeconfig=${kubeconfig}`,
    `--authentication-kubeconfig=${kubeconfig}`,
    `--authorization-kubeconfig=${kubeconfig}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${ports.controllerManager}`,
    `--root-ca-file=${pki('ca.crt')}`,
    `--service-account-private-key-file=${pki('tokens.key')}`,
    '--use-service-account-credentials=true',
    '--leader-elect=true',
    `--node-monitor-grace-period=${settings.nodeGraceSeconds}s`,
    ...(settings.controllerQps === undefined
      ? []
      : [`--kube-api-qps=${settings.controllerQps}`, `--kube-api-burst=${settings.controllerQps + 10}`]),
  ]
}
