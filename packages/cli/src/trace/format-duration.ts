/** Three digits and a unit: `850 µs`, `12.3 ms`, `1.24 s`. */
export function formatDuration(nanoseconds: bigint): string {
  const microseconds = Number(nanoseconds) / 1000;
  if (microseconds < 1000) return `${Math.round(microseconds)} µs`;
  const [value, unit] = microseconds < 1_000_000 ? [microseconds / 1000, "ms"] : [microseconds / 1_000_000, "s"];
  return `${value.toPrecision(value < 1000 ? 3 : 4)} ${unit}`;
}
