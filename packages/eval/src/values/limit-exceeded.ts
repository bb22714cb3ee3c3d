import { NixError } from "./nix-error.ts";

/** What a limit of the JavaScript engine means to a program; undefined if the error is another one. */
export function limitExceeded(error: RangeError, position: number): NixError | undefined {
  if (error.message.includes("call stack")) {
    return new NixError("stack-overflow", "stack overflow; max-call-depth exceeded", position);
  }
  if (error.message.includes("string length")) {
    return new NixError("memory-limit", "a string would be longer than the 512 MiB it can be", position);
  }
  if (/array length|array buffer|maximum size/i.test(error.message)) {
    return new NixError("memory-limit", "a list or set would be larger than it can be", position);
  }
  return undefined;
}
