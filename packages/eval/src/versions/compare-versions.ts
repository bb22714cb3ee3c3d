import { versionComponents } from "./version-components.ts";

const MAX_NUMERIC_COMPONENT = 2 ** 31 - 1;

/** Digits beyond 32 bits count as text: that is what the reference does, and sort orders depend on it. */
function numericValue(component: string): number | undefined {
  if (!/^[0-9]+$/.test(component)) return undefined;
  const value = Number(component);
  return value <= MAX_NUMERIC_COMPONENT ? value : undefined;
}

function isOlder(left: string, right: string): boolean {
  const leftNumber = numericValue(left);
  const rightNumber = numericValue(right);
  if (leftNumber !== undefined && rightNumber !== undefined) return leftNumber < rightNumber;
  if (left === "" && rightNumber !== undefined) return true;
  if (left === "pre") return right !== "pre";
  if (right === "pre") return false;
  if (rightNumber !== undefined) return true;
  if (leftNumber !== undefined) return false;
  return left < right;
}

/**
 * -1 if `left` is the older version, 1 if it is the newer, 0 if neither.
 * A missing component is older than a number, "pre" is older than everything, text is older than a number.
 */
export function compareVersions(left: string, right: string): -1 | 0 | 1 {
  const leftComponents = versionComponents(left);
  const rightComponents = versionComponents(right);
  while (true) {
    const leftNext = leftComponents.next();
    const rightNext = rightComponents.next();
    if (leftNext.done && rightNext.done) return 0;
    const leftComponent = leftNext.value ?? "";
    const rightComponent = rightNext.value ?? "";
    if (isOlder(leftComponent, rightComponent)) return -1;
    if (isOlder(rightComponent, leftComponent)) return 1;
  }
}
