import { posix } from 'node:path'

/** Files that an `import` could read, by path; relative ones count from the Corefile's folder. */
export type ImportableFiles = Readonly<Record<string, string>>

const COREFILE_FOLDER = '/etc/coredns'

/** What `import` finds for a path or a glob; `isGlob` tells whether finding nothing is normal. */
export function matchImports(
  pattern: string,
  from: string | undefined,
  files: ImportableFiles,
): { isGlob: boolean; matches: { path: string; text: string }[] } | { problem: string } {
  const folder = from ? posix.dirname(from) : COREFILE_FOLDER
  const wanted = posix.resolve(folder, pattern)
  const count = (ch: string) => wanted.split(ch).length - 1
  if (count('*') > 1 || count('?') > 1 || (wanted.includes('[') && wanted.includes(']'))) {
    return { problem: `import takes one wildcard at most: '${pattern}'` }
  }
  const source = wanted
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace('*', '[^/]*')
    .replace('?', '[^/]')
  const matcher = new RegExp(`^${source}$`, 's')
  const matches = Object.entries(files)
    .map(([path, text]) => ({ path: posix.resolve(COREFILE_FOLDER, path), text }))
    .filter(({ path }) => matcher.test(path))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
  return { isGlob: /[*?[\]]/.test(wanted), matches }
}
