import type { ClusterDetailDto } from '@/lib/wire/cluster-detail'

export type Workload = ClusterDetailDto['workloads'][number]

/** Those that have every word of the query somewhere in name, namespace, kind, image or version, in their order. */
export function findWorkloads(workloads: readonly Workload[], query: string): readonly Workload[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return workloads
  return workloads.filter(({ kind, namespace, name, image, version }) => {
    const text = `${kind} ${namespace}/${name} ${image ?? ''} ${version ?? ''}`.toLowerCase()
    return words.every(word => text.includes(word))
  })
}

/** `collector:2.0` of `registry.example/team/collector:2.0`; a digest is shortened. */
export function imageName(image: string): string {
  const [path = '', digest] = image.split('@')
  const name = path.slice(path.lastIndexOf('/') + 1)
  return digest && !name.includes(':') ? `${name}@${digest.replace(/^sha256:/, '').slice(0, 12)}` : name
}
