/** Finds which of several needles occur in byte streams. */
export interface ReferenceScanner {
  /** Begins a stream. Streams may be scanned side by side; no match reaches from one into another. */
  openStream(): ReferenceScannerStream;
  /** The indices of the needles found so far, ascending. */
  found(): readonly number[];
}

export interface ReferenceScannerStream {
  /** The stream's next bytes. Matches across pieces are found. The bytes may be reused afterwards. */
  scan(piece: Uint8Array): void;
}

/** The needles of one length. Only windows whose bytes all occur in needles are looked up. */
class NeedleGroup {
  readonly #length: number;
  readonly #alphabet = new Uint8Array(256);
  /** By their text, one character a byte; the indices of equal needles together. */
  readonly #missing = new Map<string, number[]>();
  readonly #found: Set<number>;

  constructor(length: number, found: Set<number>) {
    this.#length = length;
    this.#found = found;
  }

  add(needle: Buffer, index: number): void {
    for (const byte of needle) this.#alphabet[byte] = 1;
    const text = needle.toString("latin1");
    this.#missing.set(text, [...(this.#missing.get(text) ?? []), index]);
  }

  scan(data: Buffer): void {
    if (this.#missing.size === 0) return;
    const length = this.#length;
    const alphabet = this.#alphabet;
    const end = data.length - length;
    // All bytes from the window's start up to here, not including, are of the alphabet.
    let checked = 0;
    for (let start = 0; start <= end; ) {
      let at = start + length - 1;
      const lowest = Math.max(start, checked);
      while (at >= lowest && alphabet[data[at]!] === 1) at -= 1;
      checked = start + length;
      if (at >= lowest) {
        start = at + 1;
        continue;
      }
      this.#lookUp(data.toString("latin1", start, checked));
      start += 1;
    }
  }

  #lookUp(text: string): void {
    const indices = this.#missing.get(text);
    if (!indices) return;
    for (const index of indices) this.#found.add(index);
    this.#missing.delete(text);
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Joins a stream's pieces as far as a needle can reach across them. */
function openStream(groups: readonly NeedleGroup[], longest: number): ReferenceScannerStream {
  const reach = Math.max(longest - 1, 0);
  let tail = Buffer.alloc(0);
  return {
    scan(piece) {
      const data = asBuffer(piece);
      if (tail.length > 0) {
        const seam = Buffer.concat([tail, data.subarray(0, reach)]);
        for (const group of groups) group.scan(seam);
      }
      for (const group of groups) group.scan(data);
      const kept = data.length >= reach ? data : Buffer.concat([tail, data]);
      tail = Buffer.from(kept.subarray(Math.max(kept.length - reach, 0)));
    },
  };
}

/** A scanner for `needles`, usually the hash parts of store paths. `RangeError` if one is empty. */
export function createReferenceScanner(needles: readonly (string | Uint8Array)[]): ReferenceScanner {
  const found = new Set<number>();
  const groups = new Map<number, NeedleGroup>();
  for (const [index, needle] of needles.entries()) {
    const bytes = typeof needle === "string" ? Buffer.from(needle) : asBuffer(needle);
    if (bytes.length === 0) throw new RangeError(`Cannot scan for needle ${index}: it is empty`);
    const group = groups.get(bytes.length) ?? new NeedleGroup(bytes.length, found);
    groups.set(bytes.length, group);
    group.add(bytes, index);
  }
  const longest = Math.max(0, ...groups.keys());
  return {
    openStream: () => openStream([...groups.values()], longest),
    found: () => [...found].sort((a, b) => a - b),
  };
}
