import { type CallOptions, ServiceError } from "@tvix-mesh/service";
import { ByteSource } from "../byte-source.ts";
import { runGit } from "./git-command.ts";

/** A blob's content, to be read before the next blob is asked for, and once. */
export interface GitBlob {
  readonly objectId: string;
  readonly sizeBytes: number;
  readonly content: AsyncIterable<Uint8Array>;
}

const newline = 0x0a;
const longestLine = 4096;

function* lines(objectIds: Iterable<string>): Generator<string, void, undefined> {
  for (const objectId of objectIds) yield `${objectId}\n`;
}

/** The contents of blobs, in the order of their ids, all from one process. */
export async function* readGitBlobs(
  repository: string,
  objectIds: Iterable<string>,
  options: CallOptions,
): AsyncGenerator<GitBlob, void, undefined> {
  const source = new ByteSource(runGit(repository, ["cat-file", "--batch"], lines(objectIds), options));
  const refuse = (reason: string) =>
    new ServiceError("data-loss", `Cannot read git repository ${repository}: ${reason}`);
  try {
    for (;;) {
      const line = await source.takeUntil(newline, longestLine);
      if (!line) return;
      const facts = Buffer.from(line).toString("latin1");
      const [, objectId, size] = /^([0-9a-f]+) blob (\d+)$/.exec(facts) ?? [];
      if (objectId === undefined) throw refuse(`object ${facts}`);
      const end = source.position + Number(size);
      yield { objectId, sizeBytes: Number(size), content: source.pieces(Number(size)) };
      if (!(await source.skip(end - source.position + 1))) throw refuse(`object ${objectId} is cut off`);
    }
  } finally {
    await source.close();
  }
}
