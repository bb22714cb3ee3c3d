/** One of an extended header's records. A value is bytes: a path need not be UTF-8, whatever the standard says. */
export interface PaxRecord {
  readonly key: string;
  readonly value: Uint8Array;
}

const blank = 0x20;
const newline = 0x0a;
const equals = 0x3d;
const longestLength = 20;

/** The records in their order, `<length> <key>=<value>` and a newline each; undefined if they aren't. */
export function readPaxRecords(bytes: Uint8Array): readonly PaxRecord[] | undefined {
  const records: PaxRecord[] = [];
  for (let start = 0; start < bytes.length; ) {
    const afterLength = bytes.indexOf(blank, start);
    if (afterLength < 0 || afterLength - start > longestLength) return undefined;
    const lengthText = Buffer.from(bytes.subarray(start, afterLength)).toString("latin1");
    const end = start + (/^\d+$/.test(lengthText) ? Number(lengthText) : 0);
    const afterKey = bytes.indexOf(equals, afterLength);
    if (end > bytes.length || afterKey < 0 || afterKey >= end || bytes[end - 1] !== newline) return undefined;
    const key = Buffer.from(bytes.subarray(afterLength + 1, afterKey)).toString("utf8");
    records.push({ key, value: bytes.slice(afterKey + 1, end - 1) });
    start = end;
  }
  return records;
}
