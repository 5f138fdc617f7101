import { z } from 'zod'
import { compileGuardExpression } from './guard-expression'

const name = z.string().min(1).max(253)
const MAX_EXPRESSION = 2_000

const ownGuard = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9]([-a-z0-9.]{0,61}[a-z0-9])?$/, 'lower-case letters, digits, dots and dashes')
      .describe('Shown as own.NAME'),
    when: z
      .string()
      .max(MAX_EXPRESSION)
      .superRefine((text, context) => {
        try {
          compileGuardExpression(text)
        } catch (error) {
          const why = error instanceof Error ? error.message : String(error)
          context.addIssue({ code: 'custom', message: `is no expression over a plan: ${why}` })
        }
      })
      .describe('A CEL expression over plan, clusters and now; true lets the guard speak'),
    verdict: z.enum(['warn', 'block']),
    text: z.string().min(1).max(500).describe('What is wrong then, and what to do'),
  })
  .describe('A guard of your own')

/** Limits of guarded actions and roll-outs, as data. */
export const policySchema = z
  .strictObject({
    protectedNamespaces: z
      .array(name)
      .max(200)
      .default(['kube-system', 'kube-public', 'kube-node-lease', 'holdfast'])
      .describe('No action changes anything in these namespaces'),
    protectedWorkloads: z
      .array(name)
      .max(500)
      .default([])
      .describe(
        'Names that no action touches in any namespace, besides name resolution, service routing and pod networks, which never are',
      ),
    maxClustersPerWave: z
      .int()
      .min(1)
      .max(10_000)
      .default(50)
      .describe('Most clusters that one wave of a roll-out may touch'),
    warnFleetShare: z
      .number()
      .gt(0)
      .max(1)
      .default(0.5)
      .describe('Share of the fleet, by clusters or nodes, above which an action warns'),
    maxFleetShare: z
      .number()
      .gt(0)
      .max(1)
      .default(1)
      .describe('Largest share of the fleet, by clusters or nodes, that one action may touch; 1: no limit'),
    evidenceMaxAgeSeconds: z
      .int()
      .min(5)
      .max(86_400)
      .default(300)
      .describe('A plan whose evidence is older must be made again'),
    planTtlSeconds: z
      .int()
      .min(60)
      .max(86_400)
      .default(600)
      .describe('How long a plan can be confirmed and approved'),
    secondPerson: z
      .enum(['tier2', 'always', 'never'])
      .default('tier2')
      .describe('For which actions another person approves the digest before anything is armed'),
    overrideAfterSeconds: z
      .int()
      .min(30)
      .max(3_600)
      .default(120)
      .describe('After how long without an answer a commander may override that'),
    requireIncident: z
      .enum(['warn', 'block'])
      .default('warn')
      .describe('What is said to actions of tier 1 and 2 while no incident is open'),
    guards: z.array(ownGuard).max(100).default([]).describe('Guards of your own'),
  })
  .superRefine(({ guards }, context) => {
    guards.forEach(({ name }, i) => {
      if (guards.findIndex(other => other.name === name) !== i)
        context.addIssue({
          code: 'custom',
          path: ['guards', i, 'name'],
          message: `there are two guards "${name}"`,
        })
    })
  })
  .prefault({})

export type PolicyConfig = z.output<typeof policySchema>
