/** Source: RFC 8878, sections 3.1.1.1 and 3.1.1.2. */
const magic = 0xfd2fb528;
/** Single segment, content size in four bytes. */
const descriptor = 0xa0;
const headerBytes = 9;
const blockHeaderBytes = 3;
const largestBlockBytes = 128 * 1024;

const sampleBytes = 1024;
const samples = 4;
const counts = new Uint16Array(256);

/**
 * Whether packing would most likely save nothing, as for what is packed or encrypted already: byte values in samples
 * meet each other hardly more often than chance has it.
 */
export function looksRandom(bytes: Uint8Array): boolean {
  if (bytes.length < samples * sampleBytes) return false;
  counts.fill(0);
  const stride = Math.floor((bytes.length - sampleBytes) / (samples - 1));
  for (let sample = 0; sample < samples; sample += 1)
    for (let at = sample * stride, end = at + sampleBytes; at < end; at += 1) {
      const value = bytes[at] as number;
      counts[value] = (counts[value] as number) + 1;
    }
  const taken = samples * sampleBytes;
  const meetings = counts.reduce((sum, count) => sum + count * (count - 1), 0);
  return meetings < (taken * (taken - 1) * 1.05) / 256;
}

/** A zstd frame that holds `content` as it is, in parts that are views of it and what lies between. */
export function rawFrameParts(content: Uint8Array): readonly Uint8Array[] {
  const blocks = Math.max(1, Math.ceil(content.length / largestBlockBytes));
  const headers = new Uint8Array(headerBytes + blocks * blockHeaderBytes);
  const view = new DataView(headers.buffer);
  view.setUint32(0, magic, true);
  view.setUint8(4, descriptor);
  view.setUint32(5, content.length, true);
  const parts: Uint8Array[] = [];
  let from = 0;
  let at = headerBytes;
  for (let block = 0; block < blocks; block += 1) {
    const part = content.subarray(block * largestBlockBytes, (block + 1) * largestBlockBytes);
    const header = (part.length << 3) | (block === blocks - 1 ? 1 : 0);
    view.setUint16(at, header & 0xffff, true);
    view.setUint8(at + 2, header >> 16);
    at += blockHeaderBytes;
    parts.push(headers.subarray(from, at), part);
    from = at;
  }
  return parts;
}

/** Where the blocks of a frame of raw blocks lie; `undefined` if it is another frame. */
function rawBlocks(frame: Uint8Array): readonly { readonly start: number; readonly end: number }[] | undefined {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (frame.length < headerBytes + blockHeaderBytes) return undefined;
  if (view.getUint32(0, true) !== magic || view.getUint8(4) !== descriptor) return undefined;
  const sizeBytes = view.getUint32(5, true);
  const blocks: { readonly start: number; readonly end: number }[] = [];
  let filled = 0;
  for (let at = headerBytes; at + blockHeaderBytes <= frame.length; ) {
    const header = view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
    const start = at + blockHeaderBytes;
    const end = start + (header >> 3);
    const isRaw = (header & 6) === 0;
    if (!isRaw || end > frame.length) return undefined;
    blocks.push({ start, end });
    filled += end - start;
    if ((header & 1) === 1) return end === frame.length && filled === sizeBytes ? blocks : undefined;
    at = end;
  }
  return undefined;
}

/**
 * What such a frame holds, in the frame's own memory, which it takes over; `undefined`, and the frame as it was, if it is
 * another one, which zstd itself must unpack or refuse.
 */
export function decodeRawFrame(frame: Uint8Array): Uint8Array | undefined {
  const blocks = rawBlocks(frame);
  const [first] = blocks ?? [];
  if (!blocks || !first) return undefined;
  let filledTo = first.start;
  for (const { start, end } of blocks) {
    if (start > filledTo) frame.copyWithin(filledTo, start, end);
    filledTo += end - start;
  }
  return frame.subarray(first.start, filledTo);
}
