/** A mistake at one token; thrown and caught inside this folder only. */
export class CorefileError extends Error {
  constructor(
    message: string,
    readonly line: number,
    readonly file?: string,
  ) {
    super(message)
    this.name = 'CorefileError'
  }
}
