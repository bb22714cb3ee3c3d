/** A part of something of known size. */
export interface ResolvedRange {
  readonly offset: number;
  readonly length: number;
}

/**
 * What a Range header asks for: `undefined` for everything, which includes several ranges and units other than bytes, as
 * RFC 9110 allows; "unsatisfiable" if no byte of it exists.
 */
export function resolveRange(
  header: string | undefined,
  sizeBytes: number,
): ResolvedRange | "unsatisfiable" | undefined {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? "");
  if (!match || (match[1] === "" && match[2] === "")) return undefined;
  const [, first = "", last = ""] = match;
  if (first === "") {
    const length = Math.min(Number(last), sizeBytes);
    return length === 0 ? "unsatisfiable" : { offset: sizeBytes - length, length };
  }
  const offset = Number(first);
  if (last !== "" && Number(last) < offset) return undefined;
  if (offset >= sizeBytes) return "unsatisfiable";
  return { offset, length: (last === "" ? sizeBytes : Math.min(Number(last) + 1, sizeBytes)) - offset };
}
