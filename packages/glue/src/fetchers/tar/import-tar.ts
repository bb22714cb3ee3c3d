import { Readable } from "node:stream";
import type { CastoreServices, FileNode, Node } from "@tvix-mesh/castore";
import { bytesFromByteString, encodeByteString } from "@tvix-mesh/eval";
import { type CallOptions, ServiceError } from "@tvix-mesh/service";
import { SmallBlobUploads } from "@tvix-mesh/store";
import { extract, type Header } from "tar-stream";
import { TreeDraft } from "./tree-draft.ts";

export interface ImportTarOptions extends CallOptions {
  /** The archive must hold one thing at its top, which is then the result. */
  readonly isStripped: boolean;
  readonly maxBytes: number;
  readonly maxEntries: number;
}

/** tar-stream's own types don't say what its streams hold. */
type Entry = AsyncIterable<Uint8Array> & { readonly header: Header; resume(): unknown };

const smallFileBytes = 1024 * 1024;
const longestNameBytes = 4096;
const ownerExecutable = 0o100;

function refuse(name: string, reason: string): ServiceError {
  return new ServiceError("invalid-argument", `Cannot unpack ${JSON.stringify(name)} from archive: ${reason}`);
}

/** The parts of a name; `invalid-argument` if it leads out of the archive. */
function splitName(name: string): readonly string[] {
  if (name.startsWith("/")) throw refuse(name, "the name is absolute");
  if (name.length > longestNameBytes) throw refuse(name.slice(0, 64), `the name is ${name.length} bytes long`);
  const parts = name.split("/").filter((part) => part !== "" && part !== ".");
  if (parts.includes("..")) throw refuse(name, "the name leads out of it");
  return parts;
}

/** Header hold byte strings, but what comes from a PAX record is text. */
function byteStringOf(header: Header, field: "name" | "linkname", record: "path" | "linkpath"): string {
  const value = header[field] ?? "";
  return (header.pax as Readonly<Record<string, string>> | undefined)?.[record] === undefined
    ? value
    : encodeByteString(value);
}

class TarImport {
  readonly #castore: CastoreServices;
  readonly #options: ImportTarOptions;
  readonly #uploads: SmallBlobUploads;
  readonly #draft = new TreeDraft();
  #entries = 0;
  #bytes = 0;

  constructor(castore: CastoreServices, options: ImportTarOptions) {
    this.#castore = castore;
    this.#options = options;
    this.#uploads = new SmallBlobUploads(castore.blobs, options);
  }

  async add(entry: Entry): Promise<void> {
    const { header } = entry;
    const name = byteStringOf(header, "name", "path");
    this.#count(header);
    const names = splitName(name);
    switch (header.type) {
      case "file":
      case "contiguous-file":
        this.#draft.add(names, await this.#file(header, entry));
        break;
      case "directory":
        this.#draft.addDirectory(names);
        break;
      case "symlink":
        this.#draft.add(names, {
          kind: "symlink",
          target: bytesFromByteString(byteStringOf(header, "linkname", "linkpath")),
        });
        break;
      case "link":
        this.#draft.add(names, this.#linked(name, byteStringOf(header, "linkname", "linkpath")));
        break;
      default:
        throw refuse(name, `it is ${header.type ? `a ${header.type}` : "of an unknown type"}`);
    }
    entry.resume();
  }

  #count({ size }: Header): void {
    this.#entries += 1;
    this.#bytes += size;
    const { maxBytes, maxEntries } = this.#options;
    if (this.#bytes > maxBytes)
      throw new ServiceError("resource-exhausted", `Cannot unpack archive: it holds more than ${maxBytes} bytes`);
    if (this.#entries > maxEntries)
      throw new ServiceError("resource-exhausted", `Cannot unpack archive: it holds more than ${maxEntries} entries`);
  }

  async #file({ size, mode }: Header, content: AsyncIterable<Uint8Array>): Promise<FileNode> {
    const digest = size <= smallFileBytes ? await this.#small(content) : await this.#large(content);
    return { kind: "file", digest, size: BigInt(size), executable: (mode & ownerExecutable) !== 0 };
  }

  async #small(content: AsyncIterable<Uint8Array>) {
    return await this.#uploads.add(new Uint8Array(Buffer.concat(await Array.fromAsync(content))));
  }

  async #large(content: AsyncIterable<Uint8Array>) {
    await using writer = await this.#castore.blobs.openWrite(this.#options);
    for await (const piece of content) await writer.write(piece);
    return await writer.close();
  }

  /** A hard link names an entry that came before. */
  #linked(name: string, target: string) {
    const node = this.#draft.leaf(splitName(target));
    if (!node) throw refuse(name, `it is a link to ${JSON.stringify(target)}, which has not come before it`);
    return node;
  }

  /** Blobs first, so that no directory refers to a missing one. */
  async finish(): Promise<Node> {
    await this.#uploads.finish();
    return await this.#draft.store(this.#castore, this.#options.isStripped, this.#options);
  }
}

/**
 * Stores what a tar archive holds, while it comes in: hard links as the files that they stand for, of the modes only
 * whether the owner may execute. `invalid-argument` for names that lead out of it, for devices and for bytes that are
 * no archive; then no directory is stored.
 */
export async function importTar(
  castore: CastoreServices,
  archive: AsyncIterable<Uint8Array>,
  options: ImportTarOptions,
): Promise<Node> {
  const entries = extract({ filenameEncoding: "latin1", allowUnknownFormat: true } as Parameters<typeof extract>[0]);
  const source = Readable.from(archive, { objectMode: false });
  source.on("error", (error) => entries.destroy(error));
  source.pipe(entries);
  const work = new TarImport(castore, options);
  try {
    for await (const entry of entries as AsyncIterable<unknown> as AsyncIterable<Entry>) {
      options.signal?.throwIfAborted();
      await work.add(entry);
    }
    return await work.finish();
  } catch (error) {
    throw ServiceError.is(error)
      ? error
      : new ServiceError("invalid-argument", `Cannot unpack archive: ${(error as Error).message}`, { cause: error });
  } finally {
    source.destroy();
  }
}
