import { delimiter, dirname, isAbsolute, resolve } from 'node:path'
import { systemClock } from '../clock/system-clock'
import { HoldfastError } from '../errors'
import { buildFleet } from './build-fleet'
import type { FileContent, FileLookup } from './check-endpoint'
import { defaultConfig, type HoldfastConfig } from './config-schema'
import { type MergedKubeconfig, mergeKubeconfigs } from './merge-kubeconfigs'
import { type ParsedKubeconfig, parseKubeconfig } from './parse-kubeconfig'
import { readConfig } from './read-config'
import { decodeText, type ReadFile, readInputFile, reasonOf } from './read-input-file'
import { type ResolvedContext, referencedFiles, resolveContexts } from './resolve-contexts'
import type { Fleet } from './types'

export interface LoadFleetOptions {
  /** holdfast.yaml; without it, defaults hold. */
  configPath?: string
  /** Kubeconfig files, each `PATH` or `PATH:PATH…`. Nothing is read that is named neither here nor in holdfast.yaml. */
  kubeconfigPaths: string[]
  readFile?: ReadFile
  /** Epoch ms of the machine's own clock (certificates expire by it, simulated time or not). */
  now?: number
}

export interface LoadedFleet {
  fleet: Fleet
  config: HoldfastConfig
}

/**
 * Reads holdfast.yaml and kubeconfigs and tells which clusters there are. Runs no exec plugin, opens no connection.
 * Whatever is wrong with a kubeconfig is a problem of its entries; the rest of the fleet goes on.
 * @throws HoldfastError `invalid-input` when holdfast.yaml itself cannot be read or is not valid
 */
export async function loadFleet(options: LoadFleetOptions): Promise<LoadedFleet> {
  const { configPath, readFile = readInputFile, now = systemClock.now() } = options
  const config = configPath ? await loadConfig(configPath, readFile) : defaultConfig
  const base = configPath ? dirname(resolve(configPath)) : process.cwd()
  const given = unique(
    options.kubeconfigPaths.flatMap(path => path.split(delimiter)).filter(Boolean),
    process.cwd(),
  )
  const listed = unique(config.kubeconfigs, base)
  const execAllowed = (file: string) =>
    config.execPlugins ? config.execPlugins === 'allow' : given.includes(file)

  const paths = [...new Set([...given, ...listed])]
  const merged = mergeKubeconfigs(await Promise.all(paths.map(path => loadKubeconfig(path, readFile))))
  const glassPaths = unique(
    config.clusters.flatMap(({ breakGlass }) => breakGlass?.kubeconfig ?? []),
    base,
  )
  const glass = await Promise.all(
    glassPaths.map(async path => mergeKubeconfigs([await loadKubeconfig(path, readFile)])),
  )

  const files = await readReferenced([merged, ...glass], readFile)
  const resolveAll = (kubeconfig: MergedKubeconfig) =>
    resolveContexts(kubeconfig, { files, execAllowed, now })
  const glassContexts = new Map(
    glassPaths.map((path, i) => [path, resolveAll(glass[i] ?? mergeKubeconfigs([]))]),
  )
  const breakGlassFiles = new Map<string, ResolvedContext[]>()
  for (const { breakGlass } of config.clusters) {
    if (breakGlass?.kubeconfig)
      breakGlassFiles.set(
        breakGlass.kubeconfig,
        glassContexts.get(resolve(base, breakGlass.kubeconfig)) ?? [],
      )
  }
  const problems = [...merged.problems, ...glass.flatMap(file => file.problems)]
  if (paths.length > 0 && merged.contexts.size === 0) {
    problems.push({
      message: 'none of the kubeconfigs has a context',
      where: paths.join(', '),
      hint: 'a context joins a cluster with a user',
    })
  }
  const configFile = configPath ?? 'holdfast.yaml'
  return {
    fleet: buildFleet({ contexts: resolveAll(merged), breakGlassFiles, problems, configFile }, config),
    config,
  }
}

function unique(paths: string[], base: string): string[] {
  return [...new Set(paths.map(path => (isAbsolute(path) ? path : resolve(base, path))))]
}

async function loadConfig(path: string, readFile: ReadFile): Promise<HoldfastConfig> {
  let source: string
  try {
    source = decodeText(await readFile(path))
  } catch (cause) {
    throw new HoldfastError('invalid-input', `cannot read ${path}: ${reasonOf(cause)}`, {
      where: path,
      cause,
    })
  }
  return readConfig(source, path)
}

async function loadKubeconfig(path: string, readFile: ReadFile): Promise<ParsedKubeconfig> {
  try {
    return parseKubeconfig(decodeText(await readFile(path)), path)
  } catch (error) {
    const problem = { message: `cannot read the kubeconfig: ${reasonOf(error)}`, where: path }
    return { file: path, clusters: [], users: [], contexts: [], currentContext: '', problems: [problem] }
  }
}

/** Open at once; a fleet may point at thousands of certificate files. */
const READ_AT_ONCE = 64

async function readReferenced(kubeconfigs: MergedKubeconfig[], readFile: ReadFile): Promise<FileLookup> {
  const paths = [...new Set(kubeconfigs.flatMap(referencedFiles))]
  const contents = new Map<string, FileContent>()
  const queue = paths.values()
  const worker = async () => {
    for (const path of queue) {
      contents.set(
        path,
        await readFile(path).then(
          bytes => Buffer.from(bytes),
          error => ({ unreadable: reasonOf(error) }),
        ),
      )
    }
  }
  await Promise.all(Array.from({ length: Math.min(READ_AT_ONCE, paths.length) }, worker))
  return path => contents.get(path) ?? { unreadable: 'it was not read' }
}
