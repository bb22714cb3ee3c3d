import { ServiceError } from "@tvix-mesh/service";
import { displayBytes } from "../../display-bytes.ts";

/** What is wrong with an archive as a whole. */
export function archiveError(reason: string): ServiceError {
  return new ServiceError("invalid-argument", `Cannot read archive: ${reason}`);
}

/** What is wrong with one of its entries. */
export function entryError(path: Uint8Array, reason: string): ServiceError {
  return new ServiceError("invalid-argument", `Cannot import ${displayBytes(path)} from archive: ${reason}`);
}
