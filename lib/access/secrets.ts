import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** Sessions, tokens of programs, links, invitations, tokens of probe agents, handshakes. */
type Prefix = 'hfs' | 'hft' | 'hfl' | 'hfi' | 'hfp' | 'hfh'

/** A bearer secret of 256 random bits; the prefix lets secret scanners recognise it. */
export function newSecret(prefix: Prefix): string {
  return `${prefix}_${randomBytes(32).toString('base64url')}`
}

/** Storage keeps only this. Plain SHA-256 suffices: the secret is random, not a password. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

/** Compares without telling by time where two strings differ. */
export function sameSecret(a: string, b: string): boolean {
  return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest())
}
