/** The last `capacity` items, oldest first when read. */
export class Ring<T> {
  #items: T[] = []
  #next = 0

  constructor(private readonly capacity: number) {}

  push(item: T): void {
    this.#items[this.#next] = item
    this.#next = (this.#next + 1) % this.capacity
  }

  toArray(): T[] {
    return this.#items.length < this.capacity
      ? this.#items.slice()
      : [...this.#items.slice(this.#next), ...this.#items.slice(0, this.#next)]
  }
}
