import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { HoldfastError } from '../errors'

/** 64 MiB and two passes: as hard as OWASP's first choice for scrypt (N = 2^17, p = 1) in half its memory. */
const COST = { N: 1 << 16, r: 8, p: 2 }
const KEY_BYTES = 32
const AT_ONCE = 2
const WAITING = 40

/** Hashes and checks passwords, few at a time, so that guesses cannot take all memory. */
export class PasswordHasher {
  #running = 0
  readonly #waiting: (() => void)[] = []
  #decoy: Promise<string> | undefined

  constructor(private readonly cost: { N: number; r: number; p: number } = COST) {}

  /** @returns `scrypt$N$r$p$salt$key`, base64url. @throws HoldfastError `too-many-requests` when too many wait */
  async hash(password: string): Promise<string> {
    const { N, r, p } = this.cost
    const salt = randomBytes(16)
    const key = await this.#derive(password, salt, this.cost)
    return ['scrypt', N, r, p, salt.toString('base64url'), key.toString('base64url')].join('$')
  }

  /**
   * Compares with a hash. Without one it takes as long as with one, and never agrees.
   * @throws HoldfastError `too-many-requests` when too many wait
   */
  async verify(password: string, hash: string | undefined): Promise<boolean> {
    this.#decoy ??= this.hash(randomBytes(16).toString('hex'))
    const [kind, N, r, p, salt = '', key = ''] = (hash ?? (await this.#decoy)).split('$')
    if (kind !== 'scrypt') return false
    const wanted = Buffer.from(key, 'base64url')
    const cost = { N: Number(N), r: Number(r), p: Number(p) }
    const derived = await this.#derive(password, Buffer.from(salt, 'base64url'), cost)
    return derived.length === wanted.length && timingSafeEqual(derived, wanted) && hash !== undefined
  }

  async #derive(password: string, salt: Buffer, cost: { N: number; r: number; p: number }): Promise<Buffer> {
    await this.#turn()
    try {
      const options = { ...cost, maxmem: 128 * cost.N * cost.r * 2 }
      // Keyboards differ in how they compose letters.
      const text = password.normalize('NFKC')
      return await new Promise((resolve, reject) =>
        scrypt(text, salt, KEY_BYTES, options, (error, key) => (error ? reject(error) : resolve(key))),
      )
    } finally {
      this.#running--
      this.#waiting.shift()?.()
    }
  }

  async #turn(): Promise<void> {
    if (this.#running >= AT_ONCE) {
      if (this.#waiting.length >= WAITING)
        throw new HoldfastError('too-many-requests', 'Too many people sign in at once.', {
          retryAfterSeconds: 5,
        })
      await new Promise<void>(resolve => this.#waiting.push(resolve))
    }
    this.#running++
  }
}
