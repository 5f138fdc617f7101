import { createHash } from 'node:crypto'

const MAX_SLUG = 60

/** Lower-case letters, digits, dots and dashes of a name; '' when nothing is left. */
function slugOf(name: string): string {
  const slug = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
    .slice(0, MAX_SLUG)
  return slug.replace(/^[-.]+|[-.]+$/g, '')
}

/**
 * URL-safe ids, unique among `entries`. A name whose slug nobody else has keeps the bare slug; when several share one,
 * each gets a hash of its own identity, so that no id depends on the order of files.
 */
export function assignClusterIds(entries: { name: string; identity: string }[]): string[] {
  const slugs = entries.map(entry => slugOf(entry.name))
  const count = new Map<string, number>()
  for (const slug of slugs) count.set(slug, (count.get(slug) ?? 0) + 1)
  const taken = new Set<string>()
  return entries.map(({ name, identity }, i) => {
    const slug = slugs[i] || 'cluster'
    const bare = slugs[i] !== '' && count.get(slug) === 1
    let id = bare ? slug : `${slug}-${hash(`${name}\n${identity}`)}`
    for (let n = 2; taken.has(id); n++) id = `${slug}-${hash(`${name}\n${identity}\n${n}`)}`
    taken.add(id)
    return id
  })
}

function hash(value: string): string {
  return createHash('sha256').update(value).digest('hex').slice(0, 8)
}
