import type { StatusPageDto } from '../wire/status'

/** The public status page. Until an engine runs, nothing can be told, and the page says so. */
export async function getStatusPage(): Promise<StatusPageDto> {
  return {
    at: new Date().toISOString(),
    title: 'Status',
    simulated: false,
    known: false,
    headline: 'We cannot tell at the moment',
    summary: 'Our own watch has not started yet. This page speaks again as soon as it does.',
    indicator: 'none',
    components: [],
    incidents: [],
  }
}
