import { readFile } from "node:fs/promises";

/** A line of what is mounted. */
export interface MountedFileSystem {
  /** `major:minor`. */
  readonly device: string;
  readonly mountPoint: string;
  readonly type: string;
}

function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}

/** What is mounted at a path, the uppermost if there are several; `undefined` if it is no mount point. Touches no mount. */
export async function mountedAt(path: string): Promise<MountedFileSystem | undefined> {
  const table = await readFile("/proc/self/mountinfo", "latin1");
  const wanted = Buffer.from(path).toString("latin1");
  let found: MountedFileSystem | undefined;
  for (const line of table.split("\n")) {
    const fields = line.split(" ");
    const [, , device = "", , mountPoint = ""] = fields;
    if (unescapeOctal(mountPoint) !== wanted) continue;
    found = { device, mountPoint: path, type: fields[fields.indexOf("-") + 1] ?? "" };
  }
  return found;
}
