import { count, percent, plural, significant } from '@/lib/client/format-number'
import { clockTime, span, type Zone } from '@/lib/client/format-time'
import type { ClusterOutlookDto, ForecastDto, MeasuredPointDto } from '@/lib/wire/fuses'

/** Below this share nothing is left to be right or wrong about; as the judgement has it. */
const NOTHING_LEFT = 0.01

/** The look at the names that the verdict rests on. */
function judgedPoint({ measured }: ForecastDto): MeasuredPointDto | undefined {
  return measured.findLast(
    ({ of, share, predicted }) => of === 'names' && (share > NOTHING_LEFT || predicted.p90 > NOTHING_LEFT),
  )
}

/** Prediction against what happened, in a sentence. */
export function describeForecast(forecast: ForecastDto, zone: Zone): string {
  const point = judgedPoint(forecast)
  const at = (time: string) => clockTime(Date.parse(time), zone)
  if (!point)
    return 'No name was read here, so the band cannot be judged: declare criticalNames and resolvers in holdfast.yaml.'
  const { share, low, high, predicted, asked } = point
  const said = `Measured ${percent(share)} (${percent(low)} to ${percent(high)}) of ${plural(asked, 'copy', 'copies')} resolvable at ${at(point.at)}, predicted ${percent(predicted.p10)} to ${percent(predicted.p90)}`
  if (forecast.verdict === 'holds') return `${said}: the band holds.`
  const dry = (of: ForecastDto['dryNow']) => at(of.p50)
  const change =
    dry(forecast.dryNow) === dry(forecast.dryPredicted)
      ? `dry at ${dry(forecast.dryNow)} as before`
      : `corrected, dry at ${dry(forecast.dryNow)} instead of ${dry(forecast.dryPredicted)}`
  const off = span(forecast.offBySeconds * 1_000)
  return `${said}: the band of T0 was too ${forecast.verdict === 'too-hopeful' ? 'hopeful' : 'careful'} by ${off}; ${change}.`
}

/** What CoreDNS itself still answered; null when nothing was asked. */
export function describeLivePath({ measured }: ForecastDto): string | null {
  const live = measured.filter(({ of }) => of === 'live-path')
  const asked = live.reduce((sum, point) => sum + point.asked, 0)
  if (asked === 0) return null
  const answered = live.reduce((sum, point) => sum + point.answered, 0)
  return `CoreDNS answered ${count(answered)} of ${plural(asked, 'question')} that no cache can hold since T0.`
}

/** What CoreDNS meets once nothing is cached, and when it returns. */
export function describeLoad({ load }: Pick<ClusterOutlookDto, 'load'>): string {
  const { onceDry, onReturn, echoSeconds, firstWave, basis, lookupsPerSecond, names } = load
  const times = (factor: number) => `×\u2060${significant(Number(factor.toPrecision(2)))}`
  const asked = `${significant(lookupsPerSecond)} lookups a second of ${plural(names, 'name')} on each node`
  const told = basis === 'measured' ? `Measured before: ${asked}.` : `Assumed: ${asked}.`
  if (echoSeconds === 0 && basis === 'assumed')
    return `No node cache keeps lookups from CoreDNS, so it meets the same load as ever (${times(onceDry.p50)}; ${times(onceDry.p90)} where clients repeat into silence). ${told}`
  const wave = firstWave === null ? '' : `, ${count(firstWave)} queries in the first wave`
  const echo = echoSeconds === 0 ? '' : `, and again, weaker, every ${span(echoSeconds * 1_000)}`
  return `Once dry, queries to CoreDNS grow ${times(onceDry.p50)} (${times(onceDry.p10)} to ${times(onceDry.p90)}); on its return CoreDNS meets ${times(onReturn.p50)} for a moment${wave}${echo}. ${told}`
}

const PROGRAMS: Record<ClusterOutlookDto['programs'][number]['kind'], string> = {
  patient: 'Programs that wait',
  hasty: 'Programs that give up after 10 s and search',
  musl: 'Programs on musl (Alpine) that search or ask for AAAA',
}

/** When programs fail by how they resolve; those that fare no worse than patient ones are not named. */
export function describePrograms({ programs }: ClusterOutlookDto, zone: Zone): string[] {
  const patient = programs.find(({ kind }) => kind === 'patient')
  return programs
    .filter(({ kind, drySeconds }) => kind === 'patient' || drySeconds < (patient?.drySeconds ?? 0) - 1)
    .map(({ kind, firstFailureAt, dryAt, firstFailureSeconds, drySeconds }) =>
      firstFailureAt && dryAt
        ? `${PROGRAMS[kind]} begin to fail at ${clockTime(Date.parse(firstFailureAt), zone)} and resolve nothing from ${clockTime(Date.parse(dryAt), zone)}.`
        : `${PROGRAMS[kind]} would begin to fail ${span(firstFailureSeconds * 1_000)} after T0 and resolve nothing after ${span(drySeconds * 1_000)}.`,
    )
}
