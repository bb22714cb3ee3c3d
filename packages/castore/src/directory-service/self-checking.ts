import { type Report, ServiceError } from "@tvix-mesh/service";
import { B3Digest } from "../b3-digest.ts";
import { hashB3 } from "../b3-hasher.ts";
import { Directory } from "../directory.ts";
import type { ObjectStore } from "../object-store/object-store.ts";
import { setAsideIfDamaged } from "../object-store/set-aside.ts";
import { decodeClosure } from "./closure-codec.ts";
import type { DirectoryService } from "./directory-service.ts";

/** What an object below a folder of the store holds: one directory, or a closure. */
export type DirectoryFolders = Readonly<Record<string, "directory" | "closure">>;

async function isIntact(kind: "directory" | "closure", digest: B3Digest, stored: Uint8Array): Promise<boolean> {
  if (kind === "directory") return hashB3(stored).equals(digest);
  return decodeClosure(digest, stored).then(
    () => true,
    () => false,
  );
}

/** The digests of a directory's children; none if it can't be read just now. */
async function readChildren(objects: ObjectStore, key: string): Promise<readonly string[]> {
  try {
    const stored = await objects.get(key);
    return stored ? [...Directory.fromBytes(stored).children()].map(({ digest }) => digest.hex) : [];
  } catch {
    return [];
  }
}

/** Sets aside what is damaged of the objects of a directory and of those below it. */
async function setAsideDamagedDirectories(
  objects: ObjectStore,
  folders: DirectoryFolders,
  root: B3Digest,
  report: Report,
): Promise<void> {
  const known = new Set([root.hex]);
  for (const hex of known) {
    for (const [folder, kind] of Object.entries(folders)) {
      const key = `${folder}/b3/${hex.slice(0, 4)}/${hex}`;
      const digest = B3Digest.fromHex(hex);
      await setAsideIfDamaged(objects, key, (stored) => isIntact(kind, digest, stored), report);
      if (kind !== "directory") continue;
      for (const child of await readChildren(objects, key)) known.add(child);
    }
  }
}

/**
 * The directories in `objects`, which `inner` keeps there: what turns out to be damaged is reported and set aside, so
 * that it isn't there any more, and whoever has it can put it again.
 */
export function createSelfCheckingDirectoryService(
  inner: DirectoryService & AsyncDisposable,
  objects: ObjectStore,
  folders: DirectoryFolders,
  report: Report,
): DirectoryService & AsyncDisposable {
  async function check(root: B3Digest, error: unknown): Promise<void> {
    if (ServiceError.is(error, "data-loss")) await setAsideDamagedDirectories(objects, folders, root, report);
  }
  return {
    ...inner,
    async get(digest, options) {
      try {
        return await inner.get(digest, options);
      } catch (error) {
        await check(digest, error);
        throw error;
      }
    },
    async *getRecursive(root, options) {
      try {
        yield* inner.getRecursive(root, options);
      } catch (error) {
        await check(root, error);
        throw error;
      }
    },
  };
}
