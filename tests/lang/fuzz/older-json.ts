const float = /-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/g;
const significantDigits = 6;

function shorten(number: string): string {
  return /[.e]/.test(number) ? String(Number(Number(number).toPrecision(significantDigits))) : number;
}

/** What a program printed, with JSON's floats and escapes, which Nix writes differently since 2.12, in one form. */
export function withOlderJson(output: string): string {
  return output.replace(float, shorten).replaceAll("\\b", "\\u0008").replaceAll("\\f", "\\u000c");
}
