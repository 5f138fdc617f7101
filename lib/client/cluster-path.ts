const CLUSTER_PAGE = /^\/clusters\/([^/]+)$/

/** Id of the cluster whose page has this path; undefined for every other page. */
export function clusterOfPath(path: string): string | undefined {
  const id = CLUSTER_PAGE.exec(path)?.[1]
  if (id === undefined) return undefined
  try {
    return decodeURIComponent(id)
  } catch {
    // Not made by encoding: no page of ours has such an address.
    return undefined
  }
}
