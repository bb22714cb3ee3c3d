import { constants, copyFileSync, linkSync, lutimesSync, rmSync, writeFileSync } from "node:fs";
import { ServiceError, toServiceError } from "@tvix-mesh/service";

/** How a file comes to be in two places: sharing its blocks until one is changed, as one file of two names, or twice. */
export type LinkMode = "reflink" | "hardlink" | "copy";

/** What file systems say that can't do it at all. */
const inabilityCodes = new Set(["ENOTSUP", "EOPNOTSUPP", "ENOTTY", "ENOSYS", "EINVAL", "EXDEV", "EPERM"]);

/** Puts the file `from` to `to` too, where nothing may be. */
export function linkFile(mode: "reflink" | "hardlink", from: Buffer, to: Buffer, modifiedAtSeconds: number): void {
  if (mode === "hardlink") {
    linkSync(from, to);
    return;
  }
  copyFileSync(from, to, constants.COPYFILE_FICLONE_FORCE | constants.COPYFILE_EXCL);
  lutimesSync(to, modifiedAtSeconds, modifiedAtSeconds);
}

function findObstacle(mode: "reflink" | "hardlink", from: Buffer, to: Buffer): string | undefined {
  try {
    linkFile(mode, from, to, 1);
    rmSync(to);
    return undefined;
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (!inabilityCodes.has(code)) throw toServiceError(`Cannot write ${to}`, error);
    return code === "EXDEV" ? "they are on different file systems" : `the file system can't (${code})`;
  }
}

/**
 * What can be done from a directory to another, both of which are there: what is wanted, or `failed-precondition`; the
 * best of all for `auto`. Tried out with a file in each.
 */
export function chooseLinkMode(wanted: LinkMode | "auto", fromDirectory: string, toDirectory: string): LinkMode {
  if (wanted === "copy") return wanted;
  const name = `.tvix-link-${process.pid}`;
  const from = Buffer.from(`${fromDirectory}/${name}`);
  const to = Buffer.from(`${toDirectory}/${name}`);
  writeFileSync(from, "");
  try {
    for (const mode of wanted === "auto" ? (["reflink", "hardlink"] as const) : [wanted]) {
      const obstacle = findObstacle(mode, from, to);
      if (obstacle === undefined) return mode;
      if (wanted !== "auto")
        throw new ServiceError(
          "failed-precondition",
          `Cannot make a ${mode} from ${fromDirectory} to ${toDirectory}: ${obstacle}`,
        );
    }
    return "copy";
  } finally {
    rmSync(from, { force: true });
  }
}
