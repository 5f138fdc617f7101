import type { FlowSchemaSample, PriorityLevelSample } from './types'

/** API Priority and Fairness has about ten levels and a dozen schemas by default; users may add more. */
const MAX_LEVELS = 200
const MAX_SCHEMAS = 500

type Field = 'executingSeats' | 'executingRequests' | 'inqueueRequests' | 'rejectedTotal' | 'dispatchedTotal'

/** Gathers `apiserver_flowcontrol_*` by priority level and by flow schema. Without a series a field stays undefined. */
export class FlowControlFold {
  readonly #levels = new Map<string, PriorityLevelSample>()
  readonly #schemas = new Map<string, FlowSchemaSample>()
  readonly #seatLimits = new Set<string>()

  add(field: Field, value: number, levelName: string, schemaName: string): void {
    if (!Number.isFinite(value) || !levelName) return
    const level = this.#level(levelName)
    if (level) level[field] = (level[field] ?? 0) + value
    const schema = schemaName ? this.#schema(schemaName, levelName) : undefined
    if (schema) schema[field] = (schema[field] ?? 0) + value
  }

  /** `seats`: from the family that counts seats; it wins over the older one, wherever in the text it stands. */
  limit(levelName: string, value: number, seats: boolean): void {
    if (!Number.isFinite(value) || !levelName || (!seats && this.#seatLimits.has(levelName))) return
    if (seats) this.#seatLimits.add(levelName)
    const level = this.#level(levelName)
    if (level) level.limitSeats = value
  }

  finish(): { priorityLevels: PriorityLevelSample[]; flowSchemas: FlowSchemaSample[] } {
    return {
      priorityLevels: [...this.#levels.values()].map(withSeats).sort(byName),
      flowSchemas: [...this.#schemas.values()].map(withSeats).sort(byName),
    }
  }

  #level(name: string): PriorityLevelSample | undefined {
    let level = this.#levels.get(name)
    if (!level && this.#levels.size < MAX_LEVELS) {
      level = { name: name.slice(0, 253) }
      this.#levels.set(name, level)
    }
    return level
  }

  /** A schema that was moved has series under two levels for a while. */
  #schema(name: string, priorityLevel: string): FlowSchemaSample | undefined {
    const key = `${priorityLevel}\n${name}`
    let schema = this.#schemas.get(key)
    if (!schema && this.#schemas.size < MAX_SCHEMAS) {
      schema = { name: name.slice(0, 253), priorityLevel: priorityLevel.slice(0, 253) }
      this.#schemas.set(key, schema)
    }
    return schema
  }
}

/** Servers before 1.23 count requests only; there a request holds one seat. */
function withSeats<T extends { executingSeats?: number; executingRequests?: number }>(sample: T): T {
  if (sample.executingSeats === undefined) sample.executingSeats = sample.executingRequests
  return sample
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0
}
