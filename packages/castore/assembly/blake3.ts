// BLAKE3's tree, four nodes at a time, one in each lane of a vector. Source: the BLAKE3 paper, sections 2.1 to 2.5.

const chunkStart: u32 = 1;
const chunkEnd: u32 = 2;
const parent: u32 = 4;
const root: u32 = 8;

const chunkBytes: u32 = 1024;
const blockBytes: u32 = 64;
const valueBytes: u32 = 32;

/** Eight vectors: the chaining values of four nodes, word by word. */
const stateAddress: usize = 4096;
/** Sixteen vectors: a block of each of four nodes, word by word. */
const messageAddress: usize = 4352;
/** A last block, filled up with zeros. */
const paddedAddress: usize = 4608;
/** The chaining values of up to 1024 chunks, then of what is above them. */
const valuesAddress: usize = 8192;

const initial = memory.data<u32>([
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
]);

/** In which order each of the seven rounds takes the words of a block. */
const schedule = memory.data<u8>([
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8, 3, 4, 10,
  12, 13, 2, 7, 14, 6, 5, 9, 0, 11, 15, 8, 1, 10, 7, 12, 9, 14, 3, 13, 15, 4, 0, 11, 2, 5, 8, 1, 6, 12, 13, 9, 11, 15,
  10, 14, 8, 7, 2, 5, 3, 0, 1, 6, 4, 9, 14, 11, 5, 8, 12, 15, 1, 13, 3, 0, 10, 2, 6, 4, 7, 11, 15, 5, 0, 1, 9, 8, 6, 14,
  10, 2, 12, 3, 4, 7, 13,
]);

function add(a: v128, b: v128): v128 {
  return i32x4.add(a, b);
}

function rotate16(a: v128): v128 {
  return v128.shuffle<u8>(a, a, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13);
}

function rotate12(a: v128): v128 {
  return v128.or(i32x4.shr_u(a, 12), i32x4.shl(a, 20));
}

function rotate8(a: v128): v128 {
  return v128.shuffle<u8>(a, a, 1, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12);
}

function rotate7(a: v128): v128 {
  return v128.or(i32x4.shr_u(a, 7), i32x4.shl(a, 25));
}

function word(message: usize, order: usize, index: usize): v128 {
  return v128.load(message + ((<usize>load<u8>(order + index)) << 4));
}

/** Starts four nodes anew. */
function begin(): void {
  for (let index: usize = 0; index < 8; index += 1)
    v128.store(stateAddress + (index << 4), i32x4.splat(load<u32>(initial + (index << 2))));
}

/** Takes a block of each of four nodes. Of chunks, `counter` is the index of the first; the others follow. */
function compress(counter: u64, step: u64, length: u32, flags: u32): void {
  const message = messageAddress;
  let v0 = v128.load(stateAddress);
  let v1 = v128.load(stateAddress, 16);
  let v2 = v128.load(stateAddress, 32);
  let v3 = v128.load(stateAddress, 48);
  let v4 = v128.load(stateAddress, 64);
  let v5 = v128.load(stateAddress, 80);
  let v6 = v128.load(stateAddress, 96);
  let v7 = v128.load(stateAddress, 112);
  let v8 = i32x4.splat(load<u32>(initial));
  let v9 = i32x4.splat(load<u32>(initial, 4));
  let v10 = i32x4.splat(load<u32>(initial, 8));
  let v11 = i32x4.splat(load<u32>(initial, 12));
  const second = counter + step;
  const third = second + step;
  const fourth = third + step;
  let v12 = i32x4.splat(<u32>counter);
  v12 = i32x4.replace_lane(v12, 1, <u32>second);
  v12 = i32x4.replace_lane(v12, 2, <u32>third);
  v12 = i32x4.replace_lane(v12, 3, <u32>fourth);
  let v13 = i32x4.splat(<u32>(counter >> 32));
  v13 = i32x4.replace_lane(v13, 1, <u32>(second >> 32));
  v13 = i32x4.replace_lane(v13, 2, <u32>(third >> 32));
  v13 = i32x4.replace_lane(v13, 3, <u32>(fourth >> 32));
  let v14 = i32x4.splat(length);
  let v15 = i32x4.splat(flags);
  for (let order = schedule; order < schedule + 112; order += 16) {
    v0 = add(add(v0, v4), word(message, order, 0));
    v12 = rotate16(v128.xor(v12, v0));
    v8 = add(v8, v12);
    v4 = rotate12(v128.xor(v4, v8));
    v0 = add(add(v0, v4), word(message, order, 1));
    v12 = rotate8(v128.xor(v12, v0));
    v8 = add(v8, v12);
    v4 = rotate7(v128.xor(v4, v8));
    v1 = add(add(v1, v5), word(message, order, 2));
    v13 = rotate16(v128.xor(v13, v1));
    v9 = add(v9, v13);
    v5 = rotate12(v128.xor(v5, v9));
    v1 = add(add(v1, v5), word(message, order, 3));
    v13 = rotate8(v128.xor(v13, v1));
    v9 = add(v9, v13);
    v5 = rotate7(v128.xor(v5, v9));
    v2 = add(add(v2, v6), word(message, order, 4));
    v14 = rotate16(v128.xor(v14, v2));
    v10 = add(v10, v14);
    v6 = rotate12(v128.xor(v6, v10));
    v2 = add(add(v2, v6), word(message, order, 5));
    v14 = rotate8(v128.xor(v14, v2));
    v10 = add(v10, v14);
    v6 = rotate7(v128.xor(v6, v10));
    v3 = add(add(v3, v7), word(message, order, 6));
    v15 = rotate16(v128.xor(v15, v3));
    v11 = add(v11, v15);
    v7 = rotate12(v128.xor(v7, v11));
    v3 = add(add(v3, v7), word(message, order, 7));
    v15 = rotate8(v128.xor(v15, v3));
    v11 = add(v11, v15);
    v7 = rotate7(v128.xor(v7, v11));
    v0 = add(add(v0, v5), word(message, order, 8));
    v15 = rotate16(v128.xor(v15, v0));
    v10 = add(v10, v15);
    v5 = rotate12(v128.xor(v5, v10));
    v0 = add(add(v0, v5), word(message, order, 9));
    v15 = rotate8(v128.xor(v15, v0));
    v10 = add(v10, v15);
    v5 = rotate7(v128.xor(v5, v10));
    v1 = add(add(v1, v6), word(message, order, 10));
    v12 = rotate16(v128.xor(v12, v1));
    v11 = add(v11, v12);
    v6 = rotate12(v128.xor(v6, v11));
    v1 = add(add(v1, v6), word(message, order, 11));
    v12 = rotate8(v128.xor(v12, v1));
    v11 = add(v11, v12);
    v6 = rotate7(v128.xor(v6, v11));
    v2 = add(add(v2, v7), word(message, order, 12));
    v13 = rotate16(v128.xor(v13, v2));
    v8 = add(v8, v13);
    v7 = rotate12(v128.xor(v7, v8));
    v2 = add(add(v2, v7), word(message, order, 13));
    v13 = rotate8(v128.xor(v13, v2));
    v8 = add(v8, v13);
    v7 = rotate7(v128.xor(v7, v8));
    v3 = add(add(v3, v4), word(message, order, 14));
    v14 = rotate16(v128.xor(v14, v3));
    v9 = add(v9, v14);
    v4 = rotate12(v128.xor(v4, v9));
    v3 = add(add(v3, v4), word(message, order, 15));
    v14 = rotate8(v128.xor(v14, v3));
    v9 = add(v9, v14);
    v4 = rotate7(v128.xor(v4, v9));
  }
  v128.store(stateAddress, v128.xor(v0, v8));
  v128.store(stateAddress, v128.xor(v1, v9), 16);
  v128.store(stateAddress, v128.xor(v2, v10), 32);
  v128.store(stateAddress, v128.xor(v3, v11), 48);
  v128.store(stateAddress, v128.xor(v4, v12), 64);
  v128.store(stateAddress, v128.xor(v5, v13), 80);
  v128.store(stateAddress, v128.xor(v6, v14), 96);
  v128.store(stateAddress, v128.xor(v7, v15), 112);
}

/** Turns four rows of four words into four columns. */
function transpose(a: v128, b: v128, c: v128, d: v128, to: usize): void {
  const ab = v128.shuffle<u32>(a, b, 0, 4, 1, 5);
  const cd = v128.shuffle<u32>(c, d, 0, 4, 1, 5);
  const abHigh = v128.shuffle<u32>(a, b, 2, 6, 3, 7);
  const cdHigh = v128.shuffle<u32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<u64>(ab, cd, 0, 2));
  v128.store(to, v128.shuffle<u64>(ab, cd, 1, 3), 16);
  v128.store(to, v128.shuffle<u64>(abHigh, cdHigh, 0, 2), 32);
  v128.store(to, v128.shuffle<u64>(abHigh, cdHigh, 1, 3), 48);
}

/** Makes a block of each of four nodes the message; they lie `stride` bytes apart. */
function loadBlocks(first: usize, stride: usize): void {
  for (let part: usize = 0; part < 64; part += 16) {
    const from = first + part;
    const a = v128.load(from);
    const b = v128.load(from + stride);
    const c = v128.load(from + 2 * stride);
    const d = v128.load(from + 3 * stride);
    transpose(a, b, c, d, messageAddress + 4 * part);
  }
}

/** Writes the chaining values of the four nodes, one after another. */
function storeValues(to: usize): void {
  for (let half: usize = 0; half < 2; half += 1) {
    const from = stateAddress + 64 * half;
    transpose(v128.load(from), v128.load(from, 16), v128.load(from, 32), v128.load(from, 48), messageAddress);
    for (let lane: usize = 0; lane < 4; lane += 1)
      v128.store(to + lane * valueBytes + 16 * half, v128.load(messageAddress + 16 * lane));
  }
}

/** Writes the chaining value of the first of the four nodes alone. */
function storeFirstValue(to: usize): void {
  for (let index: usize = 0; index < 8; index += 1) store<u32>(to + 4 * index, load<u32>(stateAddress + 16 * index));
}

function wholeChunks(data: usize, counter: u64, to: usize): void {
  begin();
  for (let offset: u32 = 0; offset < chunkBytes; offset += blockBytes) {
    loadBlocks(data + offset, chunkBytes);
    const flags = (offset == 0 ? chunkStart : 0) | (offset == chunkBytes - blockBytes ? chunkEnd : 0);
    compress(counter, 1, blockBytes, flags);
  }
  storeValues(to);
}

function oneChunk(data: usize, length: u32, counter: u64, rootFlag: u32, to: usize): void {
  begin();
  for (let offset: u32 = 0; ; offset += blockBytes) {
    const rest = length - offset;
    const isLast = rest <= blockBytes;
    let block = data + offset;
    if (rest < blockBytes) {
      memory.fill(paddedAddress, 0, blockBytes);
      memory.copy(paddedAddress, block, rest);
      block = paddedAddress;
    }
    loadBlocks(block, 0);
    const flags = (offset == 0 ? chunkStart : 0) | (isLast ? chunkEnd | rootFlag : 0);
    compress(counter, 0, isLast ? rest : blockBytes, flags);
    if (isLast) break;
  }
  storeFirstValue(to);
}

/** Writes the chaining value of the parent of the two values at `children`, which may be where it is written. */
export function parentValue(children: usize, isRoot: bool, to: usize): void {
  begin();
  loadBlocks(children, 0);
  compress(0, 0, blockBytes, parent | (isRoot ? root : 0));
  storeFirstValue(to);
}

/** Parents of `count` values at `valuesAddress` take their place; one without a sibling goes up as it is. */
function reduce(count: u32): u32 {
  const pairs = count >> 1;
  let done: u32 = 0;
  for (; done + 4 <= pairs; done += 4) {
    begin();
    loadBlocks(valuesAddress + done * 2 * valueBytes, 2 * valueBytes);
    compress(0, 0, blockBytes, parent);
    storeValues(valuesAddress + done * valueBytes);
  }
  for (; done < pairs; done += 1)
    parentValue(valuesAddress + done * 2 * valueBytes, false, valuesAddress + done * valueBytes);
  if (count & 1) memory.copy(valuesAddress + pairs * valueBytes, valuesAddress + (count - 1) * valueBytes, valueBytes);
  return pairs + (count & 1);
}

/**
 * Writes the chaining value of the subtree over `length` bytes at `data`, 1 MiB at most, the first of which lie in chunk
 * number `counter`; if that is the whole tree, its root.
 */
export function subtreeValue(data: usize, length: u32, counter: u64, isRoot: bool, to: usize): void {
  const rootFlag = isRoot ? root : 0;
  if (length <= chunkBytes) {
    oneChunk(data, length, counter, rootFlag, to);
    return;
  }
  let count: u32 = 0;
  const whole = length / chunkBytes;
  for (; count + 4 <= whole; count += 4)
    wholeChunks(data + count * chunkBytes, counter + count, valuesAddress + count * valueBytes);
  for (let offset = count * chunkBytes; offset < length; offset += chunkBytes) {
    oneChunk(data + offset, min(chunkBytes, length - offset), counter + count, 0, valuesAddress + count * valueBytes);
    count += 1;
  }
  while (count > 2) count = reduce(count);
  parentValue(valuesAddress, isRoot, to);
}
