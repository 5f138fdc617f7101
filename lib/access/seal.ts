import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { HoldfastError } from '../errors'

/** Encrypts what the database keeps and the server must read again; the key lies elsewhere. */
export interface Sealer {
  /** `about` binds the secret to its owner: moved to another row it does not open. */
  seal(text: string, about: string): string
  /** @throws HoldfastError `unavailable` when it was sealed with another key or for another owner */
  open(sealed: string, about: string): string
}

/** AES-256-GCM. Without a key both ways are refused in words. @param key 32 random bytes */
export function createSealer(key: Buffer | undefined): Sealer {
  const derived = key && Buffer.from(hkdfSync('sha256', key, '', 'holdfast one-time codes', 32))
  const needKey = (): Buffer => {
    if (derived) return derived
    throw unavailable('There is no key to keep one-time codes with.')
  }
  return {
    seal(text, about) {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', needKey(), nonce).setAAD(Buffer.from(about))
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return `v1.${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url')}`
    },
    open(sealed, about) {
      const bytes = Buffer.from(sealed.slice(3), 'base64url')
      try {
        const decipher = createDecipheriv('aes-256-gcm', needKey(), bytes.subarray(0, 12), {
          authTagLength: 16,
        })
        decipher.setAAD(Buffer.from(about)).setAuthTag(bytes.subarray(12, 28))
        return decipher.update(bytes.subarray(28), undefined, 'utf8') + decipher.final('utf8')
      } catch (cause) {
        if (cause instanceof HoldfastError) throw cause
        throw unavailable('A one-time code secret does not open with the key of this server.', cause)
      }
    },
  }
}

function unavailable(message: string, cause?: unknown): HoldfastError {
  return new HoldfastError('unavailable', message, {
    hint: 'Every replica needs the same HOLDFAST_SECRET_KEY, or the same secret.key in its data folder.',
    cause,
  })
}
