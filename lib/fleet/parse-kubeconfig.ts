import { isAlias, isMap, isSeq, LineCounter, parseAllDocuments } from 'yaml'
import { mapping, shown, text, type Values } from './kubeconfig-values'
import type { FleetProblem } from './types'

export interface KubeconfigEntry {
  name: string
  /** The `cluster`, `user` or `context` part, as written. */
  value: Values
  /** Relative paths in `value` are relative to this file's folder. */
  file: string
  /** 1-based; absent when the file is JSON or the entry comes through an alias. */
  line?: number
}

export interface ParsedKubeconfig {
  file: string
  clusters: KubeconfigEntry[]
  users: KubeconfigEntry[]
  contexts: KubeconfigEntry[]
  currentContext: string
  /** What could not be read; the entries above are what could. */
  problems: FleetProblem[]
}

type Section = 'clusters' | 'users' | 'contexts'
const PART = { clusters: 'cluster', users: 'user', contexts: 'context' } as const

/** Many aliases of small anchors are ordinary in generated files; nested ones that multiply are not. */
const MAX_ALIAS_COUNT = 20_000

/**
 * Reads one kubeconfig (YAML or JSON) as kubectl does, but entry by entry: a bad entry becomes a problem and the
 * others stay. Runs nothing and reads no other file. Never throws.
 */
export function parseKubeconfig(source: string, file: string): ParsedKubeconfig {
  const parsed: ParsedKubeconfig = {
    file,
    clusters: [],
    users: [],
    contexts: [],
    currentContext: '',
    problems: [],
  }
  const report = (message: string, where = file, hint?: string) =>
    parsed.problems.push({ message, where, hint })
  const root = readRoot(source.replace(/^\ufeff/, ''), file, report)
  if (root === undefined) return parsed
  if (root.value === null || root.value === '') return parsed
  const config = mapping(root.value)
  if (!config) {
    report('this is not a kubeconfig: its top level is not a mapping', file)
    return parsed
  }
  const kind = text(config.kind)
  if (kind !== '' && kind !== 'Config') {
    report(`this is not a kubeconfig: its kind is "${shown(kind)}", not "Config"`, file)
    return parsed
  }
  parsed.currentContext = text(config['current-context'])
  for (const section of ['clusters', 'users', 'contexts'] as const) {
    parsed[section] = readSection(config, section, file, root.lineOf, report)
  }
  return parsed
}

type Report = (message: string, where?: string, hint?: string) => void
type LineOf = (section: Section, index: number) => number | undefined

function readRoot(
  source: string,
  file: string,
  report: Report,
): { value: unknown; lineOf: LineOf } | undefined {
  if (/^\s*\{/.test(source)) {
    try {
      return { value: JSON.parse(source), lineOf: () => undefined }
    } catch {
      // Flow-style YAML looks like JSON at its start.
    }
  }
  const lines = new LineCounter()
  try {
    const documents = parseAllDocuments(source, {
      schema: 'failsafe',
      customTags: ['null'],
      merge: true,
      uniqueKeys: false,
      logLevel: 'silent',
      prettyErrors: false,
      lineCounter: lines,
    })
    const first = Array.isArray(documents) ? documents[0] : undefined
    if (!first) return { value: null, lineOf: () => undefined }
    const error = first.errors[0]
    if (error) {
      const at = lines.linePos(error.pos[0])
      report(`not valid YAML: ${shown(error.message, 200)}`, `${file}:${at.line}:${at.col}`)
      return undefined
    }
    if (documents.length > 1)
      report('only the first YAML document of this file is read', file, 'give each kubeconfig its own file')
    const value: unknown = first.toJS({ maxAliasCount: MAX_ALIAS_COUNT })
    const lineOf: LineOf = (section, index) => {
      const list = isMap(first.contents) ? first.contents.get(section, true) : undefined
      const item = isSeq(list) ? list.items[index] : undefined
      const range = isMap(item) && !isAlias(item) ? item.range : undefined
      return range ? lines.linePos(range[0]).line : undefined
    }
    return { value, lineOf }
  } catch (error) {
    report(
      `not readable as YAML: ${shown(error instanceof Error ? error.message : String(error), 200)}`,
      file,
    )
    return undefined
  }
}

function readSection(
  config: Values,
  section: Section,
  file: string,
  lineOf: LineOf,
  report: Report,
): KubeconfigEntry[] {
  const list = config[section]
  if (list === undefined || list === null || list === '') return []
  if (!Array.isArray(list)) {
    report(`"${section}" must be a list`, file)
    return []
  }
  const entries: KubeconfigEntry[] = []
  const seen = new Set<string>()
  for (const [index, item] of list.entries()) {
    const line = lineOf(section, index)
    const where = line ? `${file}:${line}` : `${file}: ${section}[${index}]`
    const values = mapping(item)
    const name = text(values?.name)
    if (!values) {
      if (item !== null) report(`an entry of "${section}" is not a mapping`, where)
    } else if (seen.has(name)) {
      const message = `"${section}" has the name "${shown(name)}" twice; the first one counts`
      report(message, where, 'rename one of them')
    } else {
      seen.add(name)
      entries.push({ name, value: mapping(values[PART[section]]) ?? {}, file, line })
    }
  }
  return entries
}
