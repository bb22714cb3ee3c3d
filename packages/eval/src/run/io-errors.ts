import { EvalIOError } from "../eval-io.ts";
import { encodeByteString } from "../values/byte-string.ts";
import { NixError } from "../values/nix-error.ts";

/** Runs a file access; what EvalIO throws becomes an error of the program. */
export function withIOErrors<Result>(access: () => Result): Result {
  try {
    return access();
  } catch (error) {
    if (!(error instanceof EvalIOError)) throw error;
    throw new NixError(error.code === "forbidden" ? "restricted" : "file", encodeByteString(error.message));
  }
}
