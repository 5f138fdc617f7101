import type { Guard } from './guard'

/** Whoever reads the audit next week needs a sentence. */
export const requestReason: Guard = ({ plan, policy }) => {
  const length = plan.request.reason.trim().length
  const short = length < policy.minReasonLength
  return {
    guard: 'request.reason',
    verdict: short ? 'block' : 'pass',
    text: short
      ? `Say why, in at least ${policy.minReasonLength} characters: it is kept in the audit and shown to everybody in the incident.`
      : 'A reason is given.',
  }
}
