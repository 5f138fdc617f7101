import type { StatusPageDto } from '../wire/status'

const DESCRIPTION = {
  none: 'All Systems Operational',
  minor: 'Minor Service Outage',
  major: 'Partial System Outage',
  critical: 'Major Service Outage',
} as const

/** The page in the shape of Statuspage's `/api/v2/summary.json`, so that existing readers work unchanged. */
export function toStatuspageSummary(page: StatusPageDto, url: string) {
  const pageId = 'holdfast'
  return {
    page: { id: pageId, name: page.title, url, time_zone: 'Etc/UTC', updated_at: page.at },
    status: { indicator: page.indicator, description: DESCRIPTION[page.indicator] },
    components: page.components.map((component, i) => ({
      id: component.id,
      name: component.name,
      description: component.description || null,
      status: component.status,
      created_at: page.at,
      updated_at: page.at,
      position: i + 1,
      group: false,
      group_id: null,
      showcase: true,
      start_date: component.days.find(day => day.status !== null)?.day ?? null,
      only_show_if_degraded: false,
      page_id: pageId,
    })),
    incidents: page.incidents
      .filter(incident => incident.status !== 'resolved')
      .map(incident => ({
        id: incident.id,
        name: incident.name,
        status: incident.status,
        impact: incident.impact,
        created_at: incident.beganAt,
        updated_at: incident.updates[0]?.at ?? incident.beganAt,
        monitoring_at: incident.updates.find(update => update.status === 'monitoring')?.at ?? null,
        resolved_at: incident.resolvedAt,
        shortlink: url,
        page_id: pageId,
        incident_updates: incident.updates.map(update => ({
          id: update.id,
          status: update.status,
          body: update.body,
          created_at: update.at,
          display_at: update.at,
          updated_at: update.at,
          incident_id: incident.id,
          affected_components: null,
        })),
      })),
    scheduled_maintenances: [],
  }
}
