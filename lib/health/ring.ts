/** Keeps the newest `capacity` items. */
export class Ring<T> {
  readonly #items: T[] = []
  #next = 0

  constructor(private readonly capacity: number) {}

  get length(): number {
    return this.#items.length
  }

  push(item: T): void {
    this.#items[this.#next] = item
    this.#next = (this.#next + 1) % this.capacity
  }

  /** 0 is the newest. */
  fromNewest(i: number): T | undefined {
    return i < this.length ? this.#items[(this.#next - 1 - i + this.length * 2) % this.length] : undefined
  }
}
