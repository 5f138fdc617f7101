import { KubeFailure } from './classify-failure'
import { bearer, type CredentialSource } from './credential-source'

/** The library takes a second and 80 MB to load: only for users who need it, once. */
const loadLibrary = () => import('@kubernetes/client-node')
type Library = Awaited<ReturnType<typeof loadLibrary>>
type Kubeconfig = InstanceType<Library['KubeConfig']>

/** The legacy `auth-provider: oidc`: the ID token, refreshed at its issuer by @kubernetes/client-node when it expires. */
export function oidcCredentials(provider: object): CredentialSource {
  let config: Promise<Kubeconfig> | undefined
  const load = async (): Promise<Kubeconfig> => {
    const { KubeConfig } = await loadLibrary()
    const kubeconfig = new KubeConfig()
    kubeconfig.loadFromOptions({
      clusters: [{ name: 'lane', server: 'https://lane.invalid', skipTLSVerify: false }],
      users: [{ name: 'lane', authProvider: structuredClone(provider) }],
      contexts: [{ name: 'lane', cluster: 'lane', user: 'lane' }],
      currentContext: 'lane',
    })
    return kubeconfig
  }
  return {
    get: async () => {
      config ??= load()
      const options: { headers: Record<string, string> } = { headers: {} }
      try {
        await (await config).applyToHTTPSOptions(options)
      } catch {
        throw new KubeFailure(
          'credentials',
          'the auth-provider oidc could not refresh its ID token; sign in again or use an exec plugin',
        )
      }
      const token = (options.headers.Authorization ?? '').replace(/^Bearer /, '')
      if (token === '')
        throw new KubeFailure(
          'credentials',
          'the ID token of auth-provider oidc has expired and cannot be refreshed',
        )
      return { headers: bearer(token, 'the auth-provider oidc') }
    },
    rejected: () => {
      config = undefined
    },
  }
}
