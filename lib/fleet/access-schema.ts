import { z } from 'zod'

const role = z.enum(['viewer', 'responder', 'commander', 'administrator'])

/** https, or http on this very machine: codes and keys travel there. */
function isIssuer(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, username, password, search } = new URL(text)
  const isHere = ['127.0.0.1', 'localhost', '[::1]'].includes(hostname)
  return (protocol === 'https:' || (protocol === 'http:' && isHere)) && !username && !password && !search
}

const oidc = z
  .strictObject({
    issuer: z
      .string()
      .max(2000)
      .refine(isIssuer, 'must be an https URL such as https://login.example.com/realms/ops')
      .describe('The issuer, below which /.well-known/openid-configuration is found'),
    clientId: z.string().min(1).max(255),
    clientSecretFile: z
      .string()
      .min(1)
      .optional()
      .describe('File with the secret, relative to this one; none of both for a public client'),
    clientSecretEnv: z
      .string()
      .regex(/^[A-Za-z_]\w*$/)
      .optional()
      .describe('Environment variable with the secret'),
    groupsClaim: z.string().min(1).max(100).default('groups').describe('Claim with the names of the groups'),
    roles: z
      .record(z.string().min(1).max(255), role)
      .describe("Role by group; the highest of a person's groups counts, and nobody without any gets in"),
  })
  .refine(
    ({ clientSecretFile, clientSecretEnv }) => !(clientSecretFile && clientSecretEnv),
    'has the secret both in a file and in a variable',
  )
  .describe('Single sign-on by OpenID Connect; the redirect address is /api/v1/session/oidc/callback')

/** Who may sign in besides those who are invited. */
export const accessSchema = z.strictObject({ oidc: oidc.optional() }).prefault({})
