import { dnsLoad } from '../../dns/fuse/dns-load'
import type { FuseShape, Traffic } from '../../dns/fuse/shape'
import type { Band } from '../../dns/types'
import type { DnsLoadDto } from '../../wire/fuses'
import { round } from './fuses-dto'

/** Load on CoreDNS under a shape; `traffic` is what was measured, undefined while it is assumed. */
export function dnsLoadDto(
  shape: FuseShape,
  nodes: number | undefined,
  traffic: Traffic | undefined,
): DnsLoadDto {
  const { onceDry, onReturn, echoSeconds, entriesPerNode } = dnsLoad(shape, traffic)
  return {
    onceDry: roundBand(onceDry),
    onReturn: roundBand(onReturn),
    echoSeconds,
    firstWave: nodes === undefined ? null : nodes * entriesPerNode,
    basis: traffic ? 'measured' : 'assumed',
    lookupsPerSecond: shape.lookupsPerSecond,
    names: shape.names,
  }
}

export const roundBand = ({ p10, p50, p90 }: Band): Band => ({
  p10: round(p10),
  p50: round(p50),
  p90: round(p90),
})
