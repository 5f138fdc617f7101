import type { InventoryFact } from '../probe/types'
import type { History } from './history'
import { inventoryMemory, memoryOf } from './memories'
import type { BindingWatch } from './watch-bindings'
import type { World } from './world'

/** Learns a fact of a cluster's inventory, remembers what a restart would need, and asks for what follows from it. */
export function takeFact(
  { watch }: World,
  history: History,
  bindings: BindingWatch,
  fact: InventoryFact,
): void {
  const record = watch.records.get(fact.clusterId)
  const effect = watch.learn(fact)
  if (!record || !effect) return
  if (effect.wantsBindings) bindings.want(record)
  if (fact.fact === 'corefile') history.remember(memoryOf(record, 'corefiles', fact.at))
  if (fact.fact === 'workloads') {
    const memory = inventoryMemory(record, fact.kind)
    if (memory) history.remember(memory)
  }
  const { clusterId } = fact
  const { name } = record.cluster
  const entries = [
    ...effect.corefileProblems.map(problem =>
      watch.entry(
        fact.at,
        'change',
        'warn',
        `${name}: broken Corefile, the last good one holds. ${problem}`,
        'dns',
        { clusterId },
      ),
    ),
    ...effect.corefileChanges.map(change =>
      watch.entry(fact.at, 'change', 'info', `${name}: ${change}`, 'dns', { clusterId }),
    ),
  ]
  watch.note(entries)
  history.note(entries)
}
