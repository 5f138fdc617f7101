import type { StatusPageDto } from '../wire/status'
import { findEngine } from './engine'

/** The public status page. While no engine runs nothing can be told, and the page says so. */
export async function getStatusPage(): Promise<StatusPageDto> {
  return findEngine()?.statusPage() ?? silentPage(new Date().toISOString())
}

function silentPage(at: string): StatusPageDto {
  return {
    at,
    title: 'Status',
    simulated: false,
    known: false,
    headline: 'We cannot tell at the moment',
    summary: 'Our own watch is starting or stopping. This page speaks again as soon as it runs.',
    indicator: 'none',
    components: [],
    incidents: [],
  }
}
