import { plannerOf } from '../kinds/planner-of'
import type { Guard } from './guard'

/** On a quiet day nobody needs to cut off callers or remove services in a hurry. */
export const incidentDeclared: Guard = ({ plan, policy, incident }) => {
  const guard = 'incident.declared'
  const { tier } = plannerOf(plan.request.kind)
  if (tier === 0) return { guard, verdict: 'pass', text: 'Harmless at any time.' }
  if (incident === undefined) return { guard, verdict: 'pass', text: 'Nobody watches for incidents here.' }
  if (incident !== null) return { guard, verdict: 'pass', text: `An incident is open: ${incident}.` }
  return policy.requireIncident === 'block'
    ? {
        guard,
        verdict: 'block',
        text: 'No incident is open, and `policy.requireIncident` in holdfast.yaml demands one. Use the ordinary way of making changes.',
      }
    : {
        guard,
        verdict: 'warn',
        text: 'No incident is open: say in the reason why this cannot go the ordinary way of changes.',
      }
}
