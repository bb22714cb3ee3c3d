import { roundToSignificantDigits } from "./exact-decimal.ts";

const SIGNIFICANT_DIGITS = 6;

/**
 * C's `%g`: six significant digits without trailing zeros, with an exponent of at least two digits when the number is
 * below 1e-4 or needs more than six digits before the point. NaN prints with the sign that x86 arithmetic gives it.
 */
export function formatGeneral(value: number): string {
  if (Number.isNaN(value)) return "-nan";
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const magnitude = Math.abs(value);
  if (magnitude === Number.POSITIVE_INFINITY) return `${sign}inf`;
  if (magnitude === 0) return `${sign}0`;
  const rounded = roundToSignificantDigits(magnitude, SIGNIFICANT_DIGITS);
  const { exponent } = rounded;
  const digits = rounded.digits.replace(/0+$/, "");
  if (exponent < -4 || exponent >= SIGNIFICANT_DIGITS) {
    const fraction = digits.length > 1 ? `.${digits.slice(1)}` : "";
    return `${sign}${digits[0]}${fraction}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
  }
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  if (digits.length <= exponent + 1) return sign + digits.padEnd(exponent + 1, "0");
  return `${sign}${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`;
}
