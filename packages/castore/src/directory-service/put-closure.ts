import type { CallOptions } from "@tvix-mesh/service";
import type { B3Digest } from "../b3-digest.ts";
import type { Directory } from "../directory.ts";
import type { DirectoryService } from "./directory-service.ts";

/** Stores a closure whose children come before their parents. */
export async function putClosure(
  directories: DirectoryService,
  closure: Iterable<Directory>,
  options?: CallOptions,
): Promise<B3Digest> {
  await using putter = await directories.openPutter(options);
  for (const directory of closure) await putter.put(directory);
  return await putter.close();
}
