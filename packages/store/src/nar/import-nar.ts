import { createHash } from "node:crypto";
import {
  type CastoreServices,
  Directory,
  type DirectoryPutter,
  FileUploads,
  type ImportProgress,
  type NamedNode,
  type Node,
} from "@tvix-mesh/castore";
import { FormatError, type NarFile, readNar } from "@tvix-mesh/nix-compat";
import { type CallOptions, ServiceError } from "@tvix-mesh/service";
import type { NarCalculation } from "./nar-calculation-service.ts";

export interface ImportNarOptions extends CallOptions {
  /** Called after each entry. */
  readonly onProgress?: ((progress: ImportProgress) => void) | undefined;
}

/** What an archive turned out to hold. */
export interface ImportedNar extends NarCalculation {
  readonly node: Node;
}

interface OpenDirectory {
  readonly name: Uint8Array | undefined;
  readonly entries: NamedNode[];
}

/** Turns the events of one archive into a tree, whose directories become visible only when it is complete. */
class TreeBuilder implements AsyncDisposable {
  readonly #castore: CastoreServices;
  readonly #options: ImportNarOptions;
  readonly #uploads: FileUploads;
  readonly #open: OpenDirectory[] = [];
  #putter: DirectoryPutter | undefined;
  #root: Node | undefined;
  #entries = 0;
  #bytes = 0;

  constructor(castore: CastoreServices, options: ImportNarOptions) {
    this.#castore = castore;
    this.#options = options;
    this.#uploads = new FileUploads(castore.blobs, options, () => this.#report());
  }

  add(name: Uint8Array | undefined, node: Node): void {
    if (name === undefined) this.#root = node;
    else this.#open.at(-1)!.entries.push({ name, node });
    this.#entries += 1;
    if (node.kind === "file") this.#bytes += Number(node.size);
    this.#report();
  }

  #report(): void {
    const { uploadedBytes, underWayBytes } = this.#uploads;
    this.#options.onProgress?.({ entries: this.#entries, bytes: this.#bytes, underWayBytes, uploadedBytes });
  }

  async addFile(file: NarFile): Promise<void> {
    const digest = await this.#uploads.add(file.content, file.sizeBytes);
    this.add(file.name, { kind: "file", digest, size: BigInt(file.sizeBytes), executable: file.executable });
  }

  openDirectory(name: Uint8Array | undefined): void {
    this.#open.push({ name, entries: [] });
  }

  async closeDirectory(): Promise<void> {
    const { name, entries } = this.#open.pop()!;
    const directory = Directory.of(entries);
    this.#putter ??= await this.#castore.directories.openPutter(this.#options);
    await this.#putter.put(directory);
    this.add(name, directory.toNode());
  }

  /** The root, once everything below it is stored: blobs first, so that no directory refers to a missing one. */
  async finish(): Promise<Node> {
    await this.#uploads.finish();
    await this.#putter?.close();
    return this.#root!;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#uploads[Symbol.asyncDispose]();
    await this.#putter?.[Symbol.asyncDispose]();
  }
}

async function build(
  castore: CastoreServices,
  nar: AsyncIterable<Uint8Array>,
  options: ImportNarOptions,
): Promise<Node> {
  await using builder = new TreeBuilder(castore, options);
  for await (const event of readNar(nar)) {
    options.signal?.throwIfAborted();
    switch (event.kind) {
      case "directory":
        builder.openDirectory(event.name);
        break;
      case "directoryEnd":
        await builder.closeDirectory();
        break;
      case "file":
        await builder.addFile(event);
        break;
      case "symlink":
        builder.add(event.name, { kind: "symlink", target: event.target });
        break;
    }
  }
  return await builder.finish();
}

/**
 * Stores what an archive holds, while it comes in. `invalid-argument` if it is malformed; then no directory of it is
 * stored, and blobs that are have nothing that refers to them.
 */
export async function importNar(
  castore: CastoreServices,
  nar: AsyncIterable<Uint8Array>,
  options: ImportNarOptions = {},
): Promise<ImportedNar> {
  const hash = createHash("sha256");
  let sizeBytes = 0n;
  async function* measured() {
    for await (const piece of nar) {
      hash.update(piece);
      sizeBytes += BigInt(piece.length);
      yield piece;
    }
  }
  try {
    const node = await build(castore, measured(), options);
    return { node, narSizeBytes: sizeBytes, narSha256: new Uint8Array(hash.digest()) };
  } catch (cause) {
    if (cause instanceof FormatError) throw new ServiceError("invalid-argument", cause.message, { cause });
    throw cause;
  }
}
