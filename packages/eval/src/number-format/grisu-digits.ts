/** A positive number as an integer times a power of two. */
interface BinaryNumber {
  readonly significand: bigint;
  readonly exponent: number;
}

const WORD_BITS = 64;
const HALF_WORD = 1n << BigInt(WORD_BITS - 1);
/** Powers of ten are eight apart, so that a product's exponent is between -60 and -32. */
const LOWEST_EXPONENT = -60;
const POWER_STEP = 8;
const LOWEST_POWER = -300;
const LOG10_OF_2 = Math.log10(2);

const FRACTION_BITS = 52n;
const HIDDEN_BIT = 1n << FRACTION_BITS;
const LEAST_EXPONENT = -1074;

const powers = new Map<number, BinaryNumber>();

function bitLength(value: bigint): number {
  return value.toString(2).length;
}

/** The quotient as a significand of 64 bits, rounded to the nearest. */
function divideRounded(numerator: bigint, denominator: bigint): BinaryNumber {
  let shift = WORD_BITS - bitLength(numerator) + bitLength(denominator);
  const scaled = (): bigint => {
    const [above, below] =
      shift >= 0 ? [numerator << BigInt(shift), denominator] : [numerator, denominator << BigInt(-shift)];
    return (2n * above + below) / (2n * below);
  };
  // The estimate is right or one too high.
  if (bitLength(scaled()) > WORD_BITS) shift--;
  return { significand: scaled(), exponent: -shift };
}

function powerOfTen(power: number): BinaryNumber {
  const known = powers.get(power);
  if (known !== undefined) return known;
  const magnitude = 10n ** BigInt(Math.abs(power));
  const computed = power >= 0 ? divideRounded(magnitude, 1n) : divideRounded(1n, magnitude);
  powers.set(power, computed);
  return computed;
}

/** A number and the middles between it and its neighbours, all with the exponent of the upper middle at full width. */
function withNeighbours(value: number): { lower: bigint; exact: bigint; upper: bigint; exponent: number } {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  const pattern = bits.getBigUint64(0);
  const fraction = pattern & (HIDDEN_BIT - 1n);
  const biased = Number(pattern >> FRACTION_BITS);
  const isNormal = biased > 0;
  const significand = isNormal ? fraction | HIDDEN_BIT : fraction;
  const exponent = LEAST_EXPONENT + (isNormal ? biased - 1 : 0);
  // Below a power of two, numbers lie twice as close.
  const gapBelow = fraction === 0n && biased > 1 ? 1n : 2n;
  const upper = 4n * significand + 2n;
  const shift = WORD_BITS - bitLength(upper);
  const widen = (quarters: bigint): bigint => quarters << BigInt(shift);
  return {
    lower: widen(4n * significand - gapBelow),
    exact: widen(4n * significand),
    upper: widen(upper),
    exponent: exponent - 2 - shift,
  };
}

/**
 * The digits of a positive finite number and the power of ten of the last one, as the Grisu2 algorithm of Florian
 * Loitsch finds them with 64 bits. They always read back as the same number, but for some in a thousand fewer would do,
 * or others would be nearer. JavaScript's own are always the shortest and nearest, so they can't stand for these, which
 * store paths depend on.
 */
export function grisuDigits(value: number): { digits: string; lastPower: number } {
  const { lower, exact, upper, exponent } = withNeighbours(value);
  const wanted = Math.ceil((LOWEST_EXPONENT - exponent - 1) * LOG10_OF_2);
  const power = LOWEST_POWER + POWER_STEP * Math.ceil((wanted - LOWEST_POWER) / POWER_STEP);
  const factor = powerOfTen(power);
  const scale = (significand: bigint): bigint => (significand * factor.significand + HALF_WORD) >> BigInt(WORD_BITS);
  const fractionBits = BigInt(-(exponent + factor.exponent + WORD_BITS));
  const one = 1n << fractionBits;

  // Products are off by less than one: what lies between these is surely nearest to the number.
  let highest = scale(upper) - 1n;
  let margin = highest - (scale(lower) + 1n);
  let distance = highest - scale(exact);

  let position = String(highest >> fractionBits).length - 1;
  let unit = one * 10n ** BigInt(position);
  while (highest % unit > margin) {
    position--;
    if (unit > one) unit /= 10n;
    else {
      highest *= 10n;
      margin *= 10n;
      distance *= 10n;
    }
  }
  let digits = highest / unit;
  // From the highest number with that many digits, down to the one nearest to the exact value.
  let below = highest % unit;
  while (below < distance && margin - below >= unit) {
    const next = below + unit;
    if (next >= distance && distance - below <= next - distance) break;
    digits--;
    below = next;
  }
  return { digits: String(digits), lastPower: position - power };
}
