import type { CallOptions } from "@tvix-mesh/service";
import type { B3Digest } from "../b3-digest.ts";
import { digestOfKey } from "./object-key.ts";
import type { ObjectStore } from "./object-store.ts";

/** The digests of all objects in these folders, one folder after the other; one that is in several comes several times. */
export async function* listDigests(
  objects: ObjectStore,
  folders: readonly string[],
  options?: CallOptions,
): AsyncGenerator<B3Digest> {
  for (const folder of folders)
    for await (const key of objects.list(`${folder}/b3/`, options)) {
      const digest = digestOfKey(key);
      if (digest) yield digest;
    }
}
