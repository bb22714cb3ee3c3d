import { ByteSource } from "../byte-source.ts";
import { archiveError, entryError } from "./archive-error.ts";
import { type EntryExtensions, ExtendedHeaders, isExtension } from "./extended-headers.ts";
import {
  checkSparseMap,
  expandSparse,
  readGnuSparseMap,
  readLeadingSparseParts,
  type SparseMap,
} from "./sparse-map.ts";
import type { TarEntry, TarKind } from "./tar-entry.ts";
import { blockBytes, isZeroBlock, longestExtensionBytes, readTarHeader, type TarHeader } from "./tar-header.ts";

const slash = 0x2f;
const ownerExecutable = 0o100;
const volumeLabel = "V";

const kinds: Readonly<Record<string, TarKind>> = {
  "0": "file",
  "1": "hard link",
  "2": "symlink",
  "3": "character device",
  "4": "block device",
  "5": "directory",
  "6": "FIFO",
  "7": "file",
  D: "directory",
  M: "part of a file that another volume begins",
  S: "file",
};

const paddingOf = (sizeBytes: number): number => (blockBytes - (sizeBytes % blockBytes)) % blockBytes;

/** Files and unknown things have content behind their header, and GNU's lists of a directory's entries. */
function hasContent({ type }: TarHeader): boolean {
  return !"123456".includes(type);
}

/** The oldest archives know a directory by the slash at its end. */
function kindOf({ type }: TarHeader, path: Uint8Array): TarKind {
  const kind = kinds[type] ?? "thing of an unknown type";
  return kind === "file" && path.at(-1) === slash ? "directory" : kind;
}

class TarReader {
  readonly #source: ByteSource;
  readonly #extensions = new ExtendedHeaders();
  #isFirst = true;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  async *entries(): AsyncGenerator<TarEntry, void, undefined> {
    for (;;) {
      const block = await this.#nextHeaderBlock();
      if (!block) return;
      const header = this.#readHeader(block);
      if (isExtension(header)) await this.#readExtension(header);
      else if (header.type === volumeLabel) await this.#skip(header.path, header.sizeBytes);
      else yield* this.#entry(header, block);
    }
  }

  /** Nothing at the end, which is a block of zeros or, for some programs, nothing at all. */
  async #nextHeaderBlock(): Promise<Uint8Array | undefined> {
    const block = await this.#source.take(blockBytes);
    if (block.length === 0 && this.#isFirst) throw archiveError("it is empty");
    if (block.length === 0) return undefined;
    if (block.length < blockBytes) throw archiveError(this.#isFirst ? "it is no tar archive" : "it is cut off");
    return isZeroBlock(block) ? undefined : block;
  }

  #readHeader(block: Uint8Array): TarHeader {
    const header = readTarHeader(block);
    if (!header)
      throw archiveError(
        this.#isFirst ? "it is no tar archive" : `the header at byte ${this.#source.position - blockBytes} is damaged`,
      );
    this.#isFirst = false;
    return header;
  }

  async #readExtension(header: TarHeader): Promise<void> {
    const at = this.#source.position;
    if (header.sizeBytes > longestExtensionBytes)
      throw archiveError(`the extended header at byte ${at} has ${header.sizeBytes} bytes`);
    const content = await this.#source.take(header.sizeBytes);
    if (content.length < header.sizeBytes) throw archiveError("it is cut off");
    if (!this.#extensions.add(header, content)) throw archiveError(`the extended header at byte ${at} is damaged`);
    await this.#skip(header.path, paddingOf(header.sizeBytes));
  }

  async *#entry(header: TarHeader, block: Uint8Array): AsyncGenerator<TarEntry, void, undefined> {
    const said = this.#extensions.take();
    const path = said?.path ?? header.path;
    if (!said) throw entryError(path, "its extended header is damaged");
    const storedBytes = hasContent(header) ? (said.sizeBytes ?? header.sizeBytes) : 0;
    // The blocks that continue a header of GNU's format aren't part of the size.
    const gnuMap = header.type === "S" ? await readGnuSparseMap(block, this.#source) : undefined;
    const end = this.#source.position + storedBytes + paddingOf(storedBytes);
    const map = await this.#sparseMap(header, said, gnuMap, storedBytes, path);
    const part = (length: number) => this.#content(path, length);
    yield {
      path,
      kind: kindOf(header, path),
      target: said.linkTarget ?? header.linkTarget,
      executable: (header.mode & ownerExecutable) !== 0,
      sizeBytes: map?.sizeBytes ?? storedBytes,
      content: map ? expandSparse(map, part) : part(storedBytes),
    };
    await this.#skip(path, end - this.#source.position);
  }

  async #sparseMap(
    header: TarHeader,
    { sparse }: EntryExtensions,
    gnuMap: SparseMap | undefined,
    storedBytes: number,
    path: Uint8Array,
  ): Promise<SparseMap | undefined> {
    if (header.type !== "S" && !sparse) return undefined;
    const start = this.#source.position;
    const parts = sparse?.parts ?? (sparse && (await readLeadingSparseParts(this.#source)));
    const map = gnuMap ?? (sparse && parts ? { sizeBytes: sparse.sizeBytes, parts } : undefined);
    const checked = map && checkSparseMap(map, storedBytes - (this.#source.position - start));
    if (!checked) throw entryError(path, "it is a sparse file whose map is damaged");
    return checked;
  }

  async *#content(path: Uint8Array, length: number): AsyncGenerator<Uint8Array, void, undefined> {
    const start = this.#source.position;
    yield* this.#source.pieces(length);
    if (this.#source.position < start + length) throw entryError(path, "the archive is cut off");
  }

  async #skip(path: Uint8Array, length: number): Promise<void> {
    if (!(await this.#source.skip(length))) throw entryError(path, "the archive is cut off");
  }
}

/**
 * What a tar archive holds, in its order: POSIX's format with and without extended headers, GNU's, and the oldest;
 * sparse files in all formats that GNU tar writes. `invalid-argument` if it is damaged or cut off. What comes behind
 * the end is read too, so that whoever writes it or checks a sum at its end is content.
 */
export async function* readTar(archive: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry, void, undefined> {
  const source = new ByteSource(archive);
  try {
    yield* new TarReader(source).entries();
    while (await source.skip(1024 * 1024));
  } finally {
    await source.close();
  }
}
