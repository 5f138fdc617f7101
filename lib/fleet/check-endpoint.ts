import { dirname, resolve } from 'node:path'
import { decodeBase64, flag, shown, text, type Values } from './kubeconfig-values'
import type { KubeconfigEntry } from './parse-kubeconfig'
import type { PemReader } from './pem-reader'
import type { LaneEndpoint } from './types'

/** Bytes of a file, or why it cannot be read. */
export type FileContent = Buffer | { unreadable: string }
/** Files that kubeconfigs point at, read beforehand; asking for one that was not read is an error of the caller. */
export type FileLookup = (path: string) => FileContent

export type Checked<T> = { ok: T } | { problem: string; hint?: string }

/** Paths of files that the cluster entry points at. */
export function endpointFiles(entry: KubeconfigEntry): string[] {
  const ca = text(entry.value['certificate-authority'])
  return ca === '' ? [] : [resolve(dirname(entry.file), ca)]
}

/** The endpoint of a kubeconfig's cluster entry by clientcmd's rules of validation. Never falls back to another server. */
export function checkEndpoint(
  entry: KubeconfigEntry,
  files: FileLookup,
  pem: PemReader,
): Checked<LaneEndpoint & { caText: string }> {
  const { value } = entry
  const named = `cluster "${shown(entry.name)}"`
  const insecure = flag(value['insecure-skip-tls-verify'])
  const caData = text(value['certificate-authority-data'])
  const [caFile] = endpointFiles(entry)
  if (text(value.server).trim() === '')
    return { problem: `${named} has no server`, hint: 'add its server: https://HOST:PORT' }
  const written = withScheme(text(value.server).trim(), hasTls(value))
  const server = parseServer(written)
  if (!server)
    return { problem: `${named}: server "${shown(text(value.server))}" is not an http or https URL` }
  if (server.username !== '' || server.password !== '') {
    return { problem: `${named}: the server's URL holds credentials`, hint: "put them into the user's entry" }
  }
  const https = server.protocol === 'https:'
  const proxyUrl = text(value['proxy-url']).trim()
  if (proxyUrl !== '' && !isProxy(proxyUrl)) {
    return { problem: `${named}: proxy-url is not a valid http, https or socks5 URL` }
  }
  if (caFile && caData !== '') {
    return {
      problem: `${named} has both certificate-authority and certificate-authority-data`,
      hint: 'remove one of them',
    }
  }
  const ca = readCa(caData, caFile, files)
  if ('problem' in ca) return { problem: `${named}: ${ca.problem}` }
  if (https && insecure && (caFile || caData !== '')) {
    return {
      problem: `${named} has a certificate authority and insecure-skip-tls-verify; kubectl refuses both together`,
      hint: 'remove insecure-skip-tls-verify',
    }
  }
  if (https && (caFile || caData !== '') && !pem.hasCertificate(ca.ok)) {
    return { problem: `${named}: its certificate authority holds no PEM certificate` }
  }
  return {
    ok: {
      server: written,
      tlsServerName: text(value['tls-server-name']) || undefined,
      proxyUrl: proxyUrl || undefined,
      insecureSkipTlsVerify: insecure,
      caFile,
      caData: caData || undefined,
      caText: ca.ok,
    },
  }
}

function readCa(data: string, file: string | undefined, files: FileLookup): Checked<string> {
  if (data !== '') {
    const decoded = decodeBase64(data)
    return decoded
      ? { ok: decoded.toString('latin1') }
      : { problem: 'certificate-authority-data is not base64' }
  }
  if (!file) return { ok: '' }
  const content = files(file)
  return 'unreadable' in content
    ? { problem: `cannot read certificate-authority ${file}: ${content.unreadable}` }
    : { ok: content.toString('latin1') }
}

function hasTls(value: Values): boolean {
  return (
    flag(value['insecure-skip-tls-verify']) ||
    ['certificate-authority', 'certificate-authority-data'].some(key => text(value[key]) !== '')
  )
}

/** `host:port` without a scheme is https when anything of TLS is configured, else http, as client-go has it. */
function withScheme(server: string, tls: boolean): string {
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(server) ? server : `${tls ? 'https' : 'http'}://${server}`
  return full.replace(/[?#].*$/, '').replace(/\/+$/, '')
}

function parseServer(server: string): URL | undefined {
  const url = URL.canParse(server) ? new URL(server) : undefined
  return url && (url.protocol === 'https:' || url.protocol === 'http:') && url.hostname !== ''
    ? url
    : undefined
}

function isProxy(proxy: string): boolean {
  if (!URL.canParse(proxy)) return false
  const { protocol, hostname } = new URL(proxy)
  return ['http:', 'https:', 'socks5:', 'socks5h:'].includes(protocol) && hostname !== ''
}

/** One spelling for every way to write the same base URL: lower-case host, no default port, no slash at its end. */
export function normaliseServer(server: string): string | undefined {
  const url = parseServer(withScheme(server.trim(), true))
  return url && `${url.origin}${url.pathname}`.replace(/\/+$/, '')
}
