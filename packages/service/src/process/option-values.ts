import { InvalidArgumentError } from "commander";

function parse(text: string, isRight: (value: number) => boolean, expected: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (!isRight(value)) throw new InvalidArgumentError(`expected ${expected}.`);
  return value;
}

/** Reads the value of an option that counts something. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  const isRight = (value: number) => Number.isInteger(value) && value >= least && value <= most;
  return (text) => parse(text, isRight, `a whole number from ${least} to ${most}`);
}

const dayS = 86_400;

/** Reads the value of an option that says how long something may take. */
export function seconds(text: string): number {
  return parse(text, (value) => value >= 0 && value <= dayS, `a number of seconds from 0 to ${dayS}`);
}
