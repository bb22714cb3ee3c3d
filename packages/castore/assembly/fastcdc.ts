// The gear hash's tables, filled by the host: of each byte value its word, and the same shifted by one bit.
const table: usize = 0;
const shiftedTable: usize = 2048;

let hash: u64 = 0;

export function beginCut(): void {
  hash = 0;
}

/**
 * Goes on from `from` to `to`, addresses an even number of bytes apart. Answers the address of the first byte at which
 * the hash has no bit of `mask`, or `to`.
 */
export function seekCut(from: usize, to: usize, mask: u64): usize {
  const shiftedMask = mask << 1;
  let state = hash;
  for (let at = from; at < to; at += 2) {
    // Two bytes a step: the first one's hash is had shifted by one bit.
    state = (state << 2) + load<u64>(shiftedTable + ((<usize>load<u8>(at)) << 3));
    if ((state & shiftedMask) == 0) return at;
    state += load<u64>(table + ((<usize>load<u8>(at, 1)) << 3));
    if ((state & mask) == 0) return at + 1;
  }
  hash = state;
  return to;
}
