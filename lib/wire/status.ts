import { z } from 'zod'
import { isoTime } from './time'

export const componentStatus = z.enum([
  'operational',
  'degraded_performance',
  'partial_outage',
  'major_outage',
  'under_maintenance',
])
export type ComponentStatusDto = z.infer<typeof componentStatus>

/** The public status page: says nothing of clusters, people or causes inside. */
export const statusPageDto = z.object({
  at: isoTime,
  title: z.string(),
  simulated: z.boolean(),
  /** False when Holdfast itself cannot tell at the moment. */
  known: z.boolean(),
  headline: z.string(),
  summary: z.string(),
  indicator: z.enum(['none', 'minor', 'major', 'critical']),
  components: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      description: z.string(),
      status: componentStatus,
      /** Oldest first, 90 days; null = no data for that day. */
      days: z.array(z.object({ day: z.string(), status: componentStatus.nullable() })),
      /** Share of watched time without outage, 0–1; null without data. */
      uptime: z.number().nullable(),
      /** Days with data, the base of `uptime`. */
      daysWatched: z.number().int(),
    }),
  ),
  incidents: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      status: z.enum(['investigating', 'identified', 'monitoring', 'resolved']),
      impact: z.enum(['none', 'minor', 'major', 'critical']),
      beganAt: isoTime,
      resolvedAt: isoTime.nullable(),
      affects: z.array(z.string()),
      updates: z.array(
        z.object({
          id: z.string(),
          at: isoTime,
          status: z.enum(['investigating', 'identified', 'monitoring', 'resolved']),
          body: z.string(),
        }),
      ),
    }),
  ),
})
export type StatusPageDto = z.infer<typeof statusPageDto>
