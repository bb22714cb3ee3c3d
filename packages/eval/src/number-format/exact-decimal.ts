/** Enough digits that a double's expansion differs from every rounding tie unless it is one. */
const GUARD_DIGITS = 40;

/** Whether `kept` grows by one when `rest` is cut off: half to even, as C does; JavaScript's own conversions round ties up. */
function roundsUp(kept: string, rest: string): boolean {
  if (!/^50*$/.test(rest)) return rest >= "5";
  return Number(kept.at(-1) ?? "0") % 2 === 1;
}

/** The first `digitCount` digits of a positive finite number and its power of ten: 123.4 is 1234 and 2. */
export function roundToSignificantDigits(value: number, digitCount: number): { digits: string; exponent: number } {
  const [mantissa = "", exponentText] = value.toExponential(digitCount + GUARD_DIGITS).split("e");
  const expansion = mantissa.replace(".", "");
  const kept = expansion.slice(0, digitCount);
  const exponent = Number(exponentText);
  if (!roundsUp(kept, expansion.slice(digitCount))) return { digits: kept, exponent };
  const raised = String(BigInt(kept) + 1n);
  return { digits: raised, exponent: raised.length > digitCount ? exponent + 1 : exponent };
}

/** A number from 0 to 10^21 with a fixed count of digits after the point. */
export function roundToFractionDigits(value: number, fractionDigitCount: number): string {
  const expansion = value.toFixed(fractionDigitCount + GUARD_DIGITS);
  const kept = expansion.slice(0, -GUARD_DIGITS);
  if (!roundsUp(kept, expansion.slice(-GUARD_DIGITS))) return kept;
  const raised = String(BigInt(kept.replace(".", "")) + 1n).padStart(fractionDigitCount + 1, "0");
  return `${raised.slice(0, -fractionDigitCount)}.${raised.slice(-fractionDigitCount)}`;
}
