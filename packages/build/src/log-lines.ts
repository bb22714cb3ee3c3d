/** A longer line comes in several pieces of this length, none of it lost. */
export const longestLineBytes = 64 * 1024;

const newline = 0x0a;

/**
 * Cuts what a command writes into lines, without their ends, as soon as each is complete. What follows the last
 * newline is a line if it isn't empty. Returns what the source returns.
 */
export async function* splitLogLines<Result>(
  source: AsyncGenerator<Uint8Array, Result>,
): AsyncGenerator<Uint8Array, Result> {
  let rest: Uint8Array = new Uint8Array();
  let finished = false;
  try {
    while (true) {
      const next = await source.next();
      if (next.done) {
        finished = true;
        if (rest.length > 0) yield rest;
        return next.value;
      }
      let data = rest.length === 0 ? next.value : Buffer.concat([rest, next.value]);
      for (let end = data.indexOf(newline); end >= 0 || data.length > longestLineBytes; end = data.indexOf(newline)) {
        const isWhole = end >= 0 && end <= longestLineBytes;
        const length = isWhole ? end : longestLineBytes;
        yield new Uint8Array(data.subarray(0, length));
        data = data.subarray(isWhole ? length + 1 : length);
      }
      rest = new Uint8Array(data);
    }
  } finally {
    if (!finished) await source.return(undefined as never);
  }
}
