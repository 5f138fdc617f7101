import { HoldfastError } from '../errors'

export const PASSWORD_MIN = 12
export const PASSWORD_MAX = 256

/**
 * Length is what counts (NIST SP 800-63B); nothing is asked about kinds of characters. What holds the person's own
 * name, or hardly any different characters, is no secret.
 * @throws HoldfastError `invalid-input`
 */
export function assertPassword(password: string, login: string): void {
  const refuse = (message: string): never => {
    throw new HoldfastError('invalid-input', message, {
      where: 'password',
      hint: 'Three or four words that belong to no sentence are easy to remember and hard to guess.',
    })
  }
  const length = [...password].length
  if (length < PASSWORD_MIN)
    refuse(`A password needs at least ${PASSWORD_MIN} characters; this has ${length}.`)
  if (length > PASSWORD_MAX) refuse(`A password has at most ${PASSWORD_MAX} characters.`)
  if (new Set(password).size < 5) refuse('This password has hardly any different characters.')
  const word = (login.split('@')[0] ?? '').toLowerCase()
  const rest = password.toLowerCase().replaceAll(word, '')
  if (word.length >= 3 && [...rest].length < 8) refuse('This password is little more than the name.')
}
