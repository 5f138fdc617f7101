import type { Incident } from './assess-incident'

/** What a person says is an incident, whatever the clusters show. */
export interface Declared {
  severity: Incident['severity']
  title: string
  /** Epoch ms. */
  at: number
  by: string
}

/**
 * The incident that is open: what is assessed, what was declared, or both as one. Together they have the graver
 * severity and the earlier beginning; what clusters show names it, once they show anything.
 */
export function openIncident(
  assessed: Incident | undefined,
  declared: Declared | undefined,
): Incident | undefined {
  if (!declared) return assessed
  const { severity, title, at, by } = declared
  const own: Incident = { severity, title, since: at, declaredBy: by }
  if (!assessed) return own
  const isShown = assessed.calmSince === undefined
  return {
    severity: isShown && assessed.severity < severity ? assessed.severity : severity,
    title: isShown ? assessed.title : title,
    since: Math.min(assessed.since, at),
    declaredBy: by,
  }
}
