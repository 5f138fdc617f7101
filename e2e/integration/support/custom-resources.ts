import type { Api, JsonObject } from '../../controlplane/api'
import { until } from './until'

interface Resource {
  group: string
  version: string
  kind: string
  plural: string
  hasScale?: boolean
}

/** What others' controllers define; here only the API server's part of it: any spec, and a scale where they have one. */
const RESOURCES: readonly Resource[] = [
  { group: 'argoproj.io', version: 'v1alpha1', kind: 'Application', plural: 'applications' },
  { group: 'kustomize.toolkit.fluxcd.io', version: 'v1', kind: 'Kustomization', plural: 'kustomizations' },
  {
    group: 'cluster.x-k8s.io',
    version: 'v1beta1',
    kind: 'MachineDeployment',
    plural: 'machinedeployments',
    hasScale: true,
  },
  {
    group: 'controlplane.cluster.x-k8s.io',
    version: 'v1beta1',
    kind: 'KubeadmControlPlane',
    plural: 'kubeadmcontrolplanes',
    hasScale: true,
  },
  { group: 'gateway.networking.k8s.io', version: 'v1', kind: 'HTTPRoute', plural: 'httproutes' },
]

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'

/** Defines them and waits until each is served. */
export async function defineCustomResources(api: Api): Promise<void> {
  for (const { group, version, kind, plural, hasScale } of RESOURCES) {
    const any = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
    const scale = { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' }
    await api.expect('POST', definitions, {
      body: {
        apiVersion: 'apiextensions.k8s.io/v1',
        kind: 'CustomResourceDefinition',
        metadata: {
          name: `${plural}.${group}`,
          // Groups of Kubernetes itself ask for it.
          annotations: { 'api-approved.kubernetes.io': 'unapproved, a definition for tests' },
        },
        spec: {
          group,
          scope: 'Namespaced',
          names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
          versions: [
            {
              name: version,
              served: true,
              storage: true,
              schema: { openAPIV3Schema: { type: 'object', properties: { spec: any, status: any } } },
              ...(hasScale ? { subresources: { status: {}, scale } } : {}),
            },
          ],
        },
      },
    })
  }
  for (const { group, version, plural } of RESOURCES) {
    await until(`${plural} to be served`, async () => {
      const { status } = await api.request('GET', `/apis/${group}/${version}/${plural}`)
      return status === 200 ? true : undefined
    })
  }
}

/** Creates one object of these. @returns its path */
export async function createCustom(
  api: Api,
  kind: string,
  namespace: string,
  name: string,
  spec: JsonObject,
): Promise<string> {
  const resource = RESOURCES.find(one => one.kind === kind)
  if (!resource) throw new Error(`no resource ${kind}`)
  const { group, version, plural } = resource
  const path = `/apis/${group}/${version}/namespaces/${namespace}/${plural}`
  await api.expect('POST', path, {
    body: { apiVersion: `${group}/${version}`, kind, metadata: { name }, spec },
  })
  return `${path}/${name}`
}
