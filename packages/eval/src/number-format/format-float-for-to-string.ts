import { roundToFractionDigits } from "./exact-decimal.ts";

const FRACTION_DIGITS = 6;
/** From here on every double is an integer. */
const FIRST_INTEGER_ONLY = 2 ** 53;

/** How `toString` and string coercion write a float: C's `%f`, always six digits after the point. */
export function formatFloatForToString(value: number): string {
  if (Number.isNaN(value)) return "-nan";
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const magnitude = Math.abs(value);
  if (magnitude === Number.POSITIVE_INFINITY) return `${sign}inf`;
  if (magnitude >= FIRST_INTEGER_ONLY) return `${sign}${BigInt(magnitude)}.${"0".repeat(FRACTION_DIGITS)}`;
  return sign + roundToFractionDigits(magnitude, FRACTION_DIGITS);
}
