import { constants } from "node:os";

/** A signal for messages: "signal 9 (SIGKILL)". */
export function signalName(number: number): string {
  const name = Object.entries(constants.signals).find(([, value]) => value === number)?.[0];
  return name === undefined ? `signal ${number}` : `signal ${number} (${name})`;
}
