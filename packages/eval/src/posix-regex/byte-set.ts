/** Membership of each of the 256 bytes; 1 is in, 0 is out. */
export type ByteSet = Uint8Array;

export function emptyByteSet(): ByteSet {
  return new Uint8Array(256);
}

const singles: (ByteSet | undefined)[] = [];

/** Shared between callers, as every set is once it is part of a pattern: never change it. */
export function singleByteSet(byte: number): ByteSet {
  let set = singles[byte];
  if (set === undefined) {
    set = emptyByteSet();
    set[byte] = 1;
    singles[byte] = set;
  }
  return set;
}

/** What `.` matches: everything but the null character. */
export function anyByteSet(): ByteSet {
  const set = new Uint8Array(256).fill(1);
  set[0] = 0;
  return set;
}

export function unionByteSets(left: ByteSet, right: ByteSet): ByteSet {
  const union = left.slice();
  for (let byte = 0; byte < 256; byte++) if (right[byte] === 1) union[byte] = 1;
  return union;
}

export function byteSetsOverlap(left: ByteSet, right: ByteSet): boolean {
  for (let byte = 0; byte < 256; byte++) if (left[byte] === 1 && right[byte] === 1) return true;
  return false;
}
