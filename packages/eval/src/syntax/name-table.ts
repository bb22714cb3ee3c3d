const initialCapacity = 1 << 12;
/** Beyond it the table starts anew: programs of all clients share it. */
const maxNames = 1 << 18;

/**
 * Gives every occurrence of a name the same string, so that look-ups compare pointers and know the hash already. Nothing
 * is allocated for a name that has been seen before.
 */
class NameTable {
  /** Open addressing; the capacity is a power of two. */
  #names: (string | undefined)[] = new Array(initialCapacity).fill(undefined);
  #count = 0;

  /** The name that stands at this place of a text. */
  at(text: string, start: number, end: number): string {
    const length = end - start;
    const mask = this.#names.length - 1;
    let slot = hashOf(text, start, end) & mask;
    for (;;) {
      const name = this.#names[slot];
      if (name === undefined) return this.#add(slot, text.slice(start, end));
      if (name.length === length && text.startsWith(name, start)) return name;
      slot = (slot + 1) & mask;
    }
  }

  #add(slot: number, text: string): string {
    // Property keys are the strings that V8 compares by pointer alone.
    const name = Object.keys({ [text]: true })[0] as string;
    this.#names[slot] = name;
    if (++this.#count > this.#names.length / 2) this.#grow();
    return name;
  }

  #grow(): void {
    const isFull = this.#count > maxNames;
    const kept = isFull ? [] : this.#names;
    const capacity = isFull ? initialCapacity : this.#names.length * 2;
    const names: (string | undefined)[] = new Array(capacity).fill(undefined);
    for (const name of kept) {
      if (name === undefined) continue;
      let slot = hashOf(name, 0, name.length) & (capacity - 1);
      while (names[slot] !== undefined) slot = (slot + 1) & (capacity - 1);
      names[slot] = name;
    }
    if (isFull) this.#count = 0;
    this.#names = names;
  }
}

function hashOf(text: string, start: number, end: number): number {
  let hash = end - start;
  for (let at = start; at < end; at++) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
  return hash ^ (hash >>> 15);
}

export const nameTable = new NameTable();
