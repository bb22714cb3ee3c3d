import { ServiceError } from "@tvix-mesh/service";
import { displayBytes } from "./display-bytes.ts";

const longestName = 255;
const dot = 0x2e;
const slash = 0x2f;

function faultOf(name: Uint8Array): string | undefined {
  if (name.length === 0) return "it is empty";
  if (name.length > longestName) return `${name.length} bytes long, more than ${longestName}`;
  if (name[0] === dot && (name.length === 1 || (name.length === 2 && name[1] === dot))) return "it is reserved";
  if (name.includes(0)) return "it has a NUL";
  if (name.includes(slash)) return "it has a slash";
  return undefined;
}

/** `invalid-argument` unless the bytes can name an entry of a directory. */
export function checkNodeName(name: Uint8Array): void {
  const fault = faultOf(name);
  if (fault) throw new ServiceError("invalid-argument", `Cannot name a node ${displayBytes(name)}: ${fault}`);
}
