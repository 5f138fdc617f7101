import type { Clock } from '../../lib/clock/clock'
import type { DnsTransport } from '../../lib/dns/probe/types'
import { answerDns } from '../../lib/simulator/model/answer-dns'
import { replyTo } from '../../lib/simulator/net/resolvers'
import type { SimulatedDoors } from './simulated-doors'
import type { SimulatorMeter } from './simulator-meter'

const LONGER_THAN_ANY_PATIENCE_MS = 86_400_000

/** DNS messages to a simulated fleet's resolvers, without sockets. */
export function simulatedDns(clock: Clock, doors: SimulatedDoors, meter: SimulatorMeter): DnsTransport {
  return {
    async exchange({ host }, query, { accept, signal }) {
      const { model, random } = doors.resolverAt(host)
      const replied = meter.run(() =>
        replyTo(Buffer.from(query), (name, type) => answerDns(model, name, type, 0, random)),
      )
      const heard = replied && accept(replied.reply)
      await clock.sleep(heard ? replied.latencyMs : LONGER_THAN_ANY_PATIENCE_MS, signal)
      if (!heard) throw new Error('nobody answered')
      return replied.reply
    },
  }
}
