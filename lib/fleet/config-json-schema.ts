import { z } from 'zod'
import { configSchema } from './config-schema'

/** JSON Schema of holdfast.yaml as people write it, for editors; kept as deploy/holdfast.schema.json. */
export function configJsonSchema(): object {
  const schema = z.toJSONSchema(configSchema, { io: 'input', target: 'draft-7' })
  return { ...schema, title: 'holdfast.yaml' }
}
