import { isAbsolute } from 'node:path'
import { z } from 'zod'

const glob = z.string().min(1).max(1_000)
const field = z.discriminatedUnion('type', [
  z
    .strictObject({ type: z.literal('integer'), least: z.int(), most: z.int() })
    .refine(({ least, most }) => least <= most, 'its least is more than its most'),
  z.strictObject({ type: z.literal('choice'), values: z.array(z.string().min(1).max(100)).min(1).max(50) }),
  z.strictObject({ type: z.literal('boolean') }),
])

function isHttps(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, username, password } = new URL(text)
  return protocol === 'https:' && username === '' && password === ''
}

/** A command or webhook of the operator's; the call reaches it as a JSON document, never as arguments. */
export const actuatorSchema = z
  .strictObject({
    name: z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'lower-case letters, digits and dashes'),
    purpose: z.enum(['restrict-api-access', 'shift-traffic', 'scale-cluster', 'scale-api-servers']),
    clusters: z
      .array(glob)
      .min(1)
      .max(10_000)
      .describe('Names or contexts that it may be run for, * and ? as patterns; nowhere else does it act'),
    input: z
      .record(z.string().regex(/^[a-z][a-zA-Z0-9]{0,63}$/, 'letters and digits'), field)
      .default({})
      .describe('What it takes: whole numbers within bounds, choices, yes or no; no free text'),
    timeoutSeconds: z.int().min(1).max(900).default(60),
    undo: z.boolean().default(false).describe('Whether mode `undo` takes back what `apply` did'),
    check: z
      .boolean()
      .default(false)
      .describe('Whether mode `check` tells if it is in effect: exit 0 or status 200 yes, 1 or 404 no'),
    command: z
      .array(z.string().min(1).max(4_000))
      .min(1)
      .max(50)
      .refine(([file = '']) => isAbsolute(file), 'must begin with the absolute path of a program')
      .optional()
      .describe('Program and fixed arguments, run without a shell; the call is on its standard input'),
    environment: z
      .array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/))
      .max(50)
      .default([])
      .describe("Names of Holdfast's own environment variables that the program gets; else only PATH"),
    webhook: z
      .strictObject({
        url: z.string().max(2_000).refine(isHttps, 'must be an https URL without credentials'),
        tokenFile: z
          .string()
          .min(1)
          .refine(isAbsolute, 'must be an absolute path')
          .optional()
          .describe('A file whose content is sent as bearer token'),
      })
      .optional(),
  })
  .refine(
    ({ command, webhook }) => (command === undefined) !== (webhook === undefined),
    'needs either a command or a webhook',
  )
  .describe('Something outside Kubernetes that an action may change')

export type ActuatorConfig = z.output<typeof actuatorSchema>
