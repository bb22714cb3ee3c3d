/** A whole number from 0 up to, not including, `below`. */
export type Random = (below: number) => number;

/** Numbers that look random and follow from the seed. */
export function createRandom(seed: number): Random {
  // The first steps of seeds beside each other would be beside each other too.
  let state = Math.imul(seed ^ 0x5bd1e995, 2654435761) >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

export function randomBytes(random: Random, lengthBytes: number): Buffer {
  return Buffer.from(Uint8Array.from({ length: lengthBytes }, () => random(256)));
}

/** One of them. */
export function pick<Value>(random: Random, values: readonly Value[]): Value {
  const value = values[random(values.length)];
  if (value === undefined) throw new Error("Cannot pick: there is nothing to pick from");
  return value;
}
