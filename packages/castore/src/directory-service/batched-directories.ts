import type { Directory as DirectoryMessage } from "@tvix-mesh/proto/tvix/castore/v1/castore";
import { pieceBytes } from "@tvix-mesh/service";
import type { Directory } from "../directory.ts";

const mostInMessage = 1024;

/** Messages for directories, as many in each as a message bears. */
export async function* batchDirectories(
  directories: AsyncIterable<Directory> | Iterable<Directory>,
): AsyncGenerator<{ readonly directories: DirectoryMessage[] }> {
  let batch: DirectoryMessage[] = [];
  let bytes = 0;
  for await (const directory of directories) {
    batch.push(directory.toMessage());
    bytes += directory.bytes.length;
    if (bytes < pieceBytes && batch.length < mostInMessage) continue;
    yield { directories: batch };
    batch = [];
    bytes = 0;
  }
  if (batch.length > 0) yield { directories: batch };
}
