import { Secret, TOTP } from 'otpauth'

const PERIOD_SECONDS = 30

/** A new secret for an authenticator application, and the address that its camera reads. */
export function newTotp(login: string): { secret: string; uri: string } {
  const totp = build(new Secret({ size: 20 }), login)
  return { secret: totp.secret.base32, uri: totp.toString() }
}

/** The time step that a code belongs to, the one before and after included (RFC 6238 §5.2); undefined: none. */
export function totpStepOf(secret: string, code: string, now: number): number | undefined {
  const token = code.replaceAll(/\s/g, '')
  if (!/^\d{6}$/.test(token)) return undefined
  const delta = build(Secret.fromBase32(secret)).validate({ token, timestamp: now, window: 1 })
  return delta === null ? undefined : Math.floor(now / 1000 / PERIOD_SECONDS) + delta
}

function build(secret: Secret, label = 'Holdfast'): TOTP {
  return new TOTP({ issuer: 'Holdfast', label, algorithm: 'SHA1', digits: 6, period: PERIOD_SECONDS, secret })
}
