import { type Document, isMap, isNode, isSeq, LineCounter, parseAllDocuments } from 'yaml'
import { HoldfastError } from '../errors'
import { configSchema, type HoldfastConfig } from './config-schema'
import { didYouMean } from './did-you-mean'
import { shown } from './kubeconfig-values'

const MAX_SHOWN = 20
type Path = readonly PropertyKey[]

/**
 * Reads the text of a holdfast.yaml.
 * @throws HoldfastError `invalid-input` that names each wrong key with its line, at most 20 of them
 */
export function readConfig(source: string, file: string): HoldfastConfig {
  const lines = new LineCounter()
  const documents = parseAllDocuments(source.replace(/^\ufeff/, ''), {
    merge: true,
    lineCounter: lines,
    prettyErrors: false,
  })
  const document = Array.isArray(documents) ? documents[0] : undefined
  if (!document?.contents) fail(file, ['it is empty'], `start with "apiVersion: holdfast.dev/v1"`)
  const at = (position: number) => {
    const { line, col } = lines.linePos(position)
    return `${file}:${line}:${col}`
  }
  if (document.errors.length > 0) {
    const [first] = document.errors
    fail(
      at(first?.pos[0] ?? 0),
      document.errors.slice(0, MAX_SHOWN).map(error => `${at(error.pos[0])}: ${shown(error.message, 200)}`),
    )
  }
  const value = toValue(document, file)
  const parsed = configSchema.safeParse(value)
  const findings = parsed.success ? unknownProducts(parsed.data) : parsed.error.issues.flatMap(describeIssue)
  if (parsed.success && findings.length === 0) return parsed.data
  const located = findings.map(finding => ({ ...finding, where: at(positionOf(document, finding.path)) }))
  const messages = located
    .slice(0, MAX_SHOWN)
    .map(({ where, path, message }) => `${where}: ${keyOf(path)}: ${message}`)
  if (located.length > MAX_SHOWN) messages.push(`and ${located.length - MAX_SHOWN} more`)
  fail(located[0]?.where ?? file, messages)
}

function fail(
  where: string,
  messages: string[],
  hint = 'see deploy/holdfast.example.yaml for every key',
): never {
  throw new HoldfastError('invalid-input', `holdfast.yaml is not valid: ${messages.join('; ')}`, {
    where,
    hint,
  })
}

function toValue(document: Document, file: string): unknown {
  try {
    return withoutNulls(document.toJS({ maxAliasCount: 10_000 }))
  } catch (error) {
    fail(file, [error instanceof Error ? shown(error.message) : 'its aliases cannot be resolved'])
  }
}

/** A key whose value is commented out reads as null; it counts as not given. */
function withoutNulls(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null || depth > 12) return value
  if (Array.isArray(value)) return value.map(item => withoutNulls(item, depth + 1))
  const kept = Object.entries(value).filter(([, item]) => item !== null)
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutNulls(item, depth + 1)]))
}

interface Finding {
  path: Path
  message: string
}

function describeIssue(issue: { code: string; path: Path; message: string; keys?: string[] }): Finding[] {
  if (issue.code !== 'unrecognized_keys') return [{ path: issue.path, message: issue.message }]
  return (issue.keys ?? []).map(key => {
    const near = didYouMean(key, knownKeys(issue.path))
    return {
      path: [...issue.path, key],
      message: near ? `unknown key; did you mean "${near}"?` : 'unknown key',
    }
  })
}

/** Keys that the schema knows at a path, found by walking its JSON-free definition. */
function knownKeys(path: Path): string[] {
  let schema: unknown = configSchema
  for (const step of path) {
    const shape = shapeOf(schema)
    schema = typeof step === 'number' ? inner(schema, 'element') : shape?.[String(step)]
  }
  return Object.keys(shapeOf(schema) ?? {})
}

function shapeOf(schema: unknown): Record<string, unknown> | undefined {
  const shape = inner(unwrap(schema), 'shape')
  return typeof shape === 'object' && shape !== null ? (shape as Record<string, unknown>) : undefined
}

/** Past `optional`, `default` and `prefault`. */
function unwrap(schema: unknown): unknown {
  const next = inner(inner(schema, 'def'), 'innerType')
  return next === undefined ? schema : unwrap(next)
}

function inner(value: unknown, key: string): unknown {
  const target = key === 'element' ? unwrap(value) : value
  return typeof target === 'object' && target !== null && key in target
    ? (target as Record<string, unknown>)[key]
    : undefined
}

function unknownProducts(config: HoldfastConfig): Finding[] {
  const ids = new Set(config.products.map(product => product.id))
  const findings: Finding[] = []
  config.products.forEach((product, i) => {
    if (config.products.findIndex(other => other.id === product.id) !== i) {
      findings.push({ path: ['products', i, 'id'], message: `the product "${product.id}" is there twice` })
    }
  })
  config.clusters.forEach((cluster, i) => {
    cluster.products?.forEach((product, j) => {
      if (ids.has(product)) return
      const near = didYouMean(product, ids)
      const mend = near ? `did you mean "${near}"?` : 'add it to products'
      findings.push({
        path: ['clusters', i, 'products', j],
        message: `there is no product "${product}"; ${mend}`,
      })
    })
  })
  return findings
}

/** Offset of the key at `path`, or of the nearest node above it that exists. */
function positionOf(document: Document, path: Path): number {
  let node: unknown = document.contents
  let position = isNode(node) ? (node.range?.[0] ?? 0) : 0
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(item => String(item.key) === String(step))
      if (!pair) return position
      if (isNode(pair.key)) position = pair.key.range?.[0] ?? position
      node = pair.value
    } else if (isSeq(node) && typeof step === 'number') {
      node = node.items[step]
      if (isNode(node)) position = node.range?.[0] ?? position
    } else return position
  }
  return position
}

function keyOf(path: Path): string {
  const text = path.reduce<string>(
    (soFar, step) => (typeof step === 'number' ? `${soFar}[${step}]` : `${soFar}.${String(step)}`),
    '',
  )
  return text.replace(/^\./, '') || 'the file'
}
