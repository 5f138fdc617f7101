import { z } from 'zod'

const label = z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'is no name of a namespace')
const objectName = z.string().regex(/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/, 'is no name of an object')
const count = z.int().min(0).max(10_000)

const workers = z
  .strictObject({
    kind: z.enum(['MachineDeployment', 'MachinePool']).default('MachineDeployment'),
    name: objectName,
    floor: count.min(1).default(1).describe('Fewer machines than this are never asked for'),
    ceiling: count.default(10_000).describe('More machines than this are never asked for'),
    maxStep: count.min(1).default(10).describe('Most machines that one action may add or take'),
  })
  .refine(({ floor, ceiling }) => floor <= ceiling, 'its floor is above its ceiling')

/** Objects of Cluster API that may be scaled, and where they live; what is not listed is never scaled. */
export const clusterApiSchema = z
  .strictObject({
    cluster: z.string().min(1).max(253).describe('The cluster that these machines make, as people call it'),
    management: z
      .string()
      .min(1)
      .max(253)
      .describe(
        'Context of the management cluster, on which these objects live; it must be one of the fleet',
      ),
    namespace: label.describe('Namespace of these objects'),
    controlPlane: z
      .strictObject({
        name: objectName.describe('Its KubeadmControlPlane'),
        ceiling: z.int().min(1).max(9).default(5).describe('Most API servers'),
      })
      .optional(),
    workers: z.array(workers).max(100).default([]),
  })
  .describe('Machines of one cluster that Cluster API makes')

export type ClusterApiConfig = z.output<typeof clusterApiSchema>
