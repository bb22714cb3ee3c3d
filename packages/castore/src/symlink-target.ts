import { ServiceError } from "@tvix-mesh/service";
import { displayBytes } from "./display-bytes.ts";

const longestTarget = 4095;

/** `invalid-argument` unless the bytes can be the target of a symbolic link: 1–4095 of them, none of them NUL. */
export function checkSymlinkTarget(target: Uint8Array): void {
  const fault =
    target.length === 0
      ? "it is empty"
      : target.length > longestTarget
        ? `${target.length} bytes long, more than ${longestTarget}`
        : target.includes(0)
          ? "it has a NUL"
          : undefined;
  if (fault) throw new ServiceError("invalid-argument", `Cannot link to ${displayBytes(target)}: ${fault}`);
}
