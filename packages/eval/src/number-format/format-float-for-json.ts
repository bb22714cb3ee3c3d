import { grisuDigits } from "./grisu-digits.ts";

/** Up to that many digits before the point, and up to three zeros after it, there is no exponent. */
const MOST_INTEGER_DIGITS = 15;
const LEAST_POINT = -4;

/**
 * How `toJSON` writes a float since Nix 2.12: digits that read back as the same number, always with a point or an
 * exponent, which has two digits or more; `null` for what isn't finite.
 */
export function formatFloatForJson(value: number): string {
  if (!Number.isFinite(value)) return "null";
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  if (value === 0) return `${sign}0.0`;
  const { digits, lastPower } = grisuDigits(Math.abs(value));
  const point = digits.length + lastPower;
  if (lastPower >= 0 && point <= MOST_INTEGER_DIGITS) return `${sign}${digits}${"0".repeat(lastPower)}.0`;
  if (point > 0 && point <= MOST_INTEGER_DIGITS) return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
  if (point > LEAST_POINT && point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : "";
  const exponent = point - 1;
  return `${sign}${digits[0]}${fraction}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}
