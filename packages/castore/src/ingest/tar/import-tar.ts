import { type CallOptions, ServiceError } from "@tvix-mesh/service";
import type { CastoreServices } from "../../castore-services.ts";
import { displayBytes } from "../../display-bytes.ts";
import type { FileNode, Node, SymlinkNode } from "../../node.ts";
import { splitPath } from "../../path-bytes.ts";
import { checkSymlinkTarget } from "../../symlink-target.ts";
import { FileUploads } from "../file-uploads.ts";
import type { ImportProgress } from "../import-progress.ts";
import { TreeDraft } from "../tree-draft.ts";
import { archiveError, entryError } from "./archive-error.ts";
import { readTar } from "./read-tar.ts";
import type { TarEntry } from "./tar-entry.ts";

export interface ImportTarOptions extends CallOptions {
  /** The archive must hold one thing at its top, which is then the result. */
  readonly isStripped?: boolean | undefined;
  /** How many names to leave out at the front of each path; what has no more than that is left out as a whole. */
  readonly stripComponents?: number | undefined;
  /** Of what the archive holds; `resource-exhausted` if it is more. */
  readonly maxBytes?: number | undefined;
  readonly maxEntries?: number | undefined;
  /** Called after each entry. */
  readonly onProgress?: ((progress: ImportProgress) => void) | undefined;
}

const longestPathBytes = 4096;
const slash = 0x2f;
const dot = 0x2e;

const isDot = (name: Uint8Array): boolean => name.length === 1 && name[0] === dot;
const isDotDot = (name: Uint8Array): boolean => name.length === 2 && name[0] === dot && name[1] === dot;

/**
 * The names of a path within the archive, `path` itself or what it links to, without the first `strip`, of which a dot
 * is one as it is for tar; undefined if it has no more.
 */
function namesIn(target: Uint8Array, path: Uint8Array, strip: number): readonly Uint8Array[] | undefined {
  const what = target === path ? "the path" : `the path of what it is a link to, ${displayBytes(target)},`;
  if (target.length > longestPathBytes)
    throw entryError(path.subarray(0, 64), `${what.split(",", 1)[0]} is ${target.length} bytes long`);
  if (target[0] === slash) throw entryError(path, `${what} is absolute`);
  const names = splitPath(target);
  if (names.some(isDotDot)) throw entryError(path, `${what} leads out of the archive`);
  return strip > 0 && names.length <= strip ? undefined : names.slice(strip).filter((name) => !isDot(name));
}

class TarImport implements AsyncDisposable {
  readonly #castore: CastoreServices;
  readonly #options: ImportTarOptions;
  readonly #uploads: FileUploads;
  readonly #strip: number;
  readonly #draft = new TreeDraft();
  #entries = 0;
  #bytes = 0;

  constructor(castore: CastoreServices, options: ImportTarOptions) {
    this.#castore = castore;
    this.#uploads = new FileUploads(castore.blobs, options, () => this.#report());
    this.#options = options;
    this.#strip = options.stripComponents ?? 0;
  }

  async add(entry: TarEntry): Promise<void> {
    this.#checkLimits(entry);
    const names = namesIn(entry.path, entry.path, this.#strip);
    if (names) await this.#put(names, entry);
    this.#entries += 1;
    this.#bytes += entry.sizeBytes;
    this.#report();
  }

  #report(): void {
    const { uploadedBytes, underWayBytes } = this.#uploads;
    this.#options.onProgress?.({ entries: this.#entries, bytes: this.#bytes, underWayBytes, uploadedBytes });
  }

  async #put(names: readonly Uint8Array[], entry: TarEntry): Promise<void> {
    switch (entry.kind) {
      case "file":
        this.#draft.add(names, await this.#file(entry));
        break;
      case "directory":
        this.#draft.addDirectory(names);
        break;
      case "symlink":
        this.#draft.add(names, this.#symlink(entry));
        break;
      case "hard link":
        this.#draft.add(names, this.#linked(entry));
        break;
      default:
        throw entryError(entry.path, `it is a ${entry.kind}`);
    }
  }

  #checkLimits({ sizeBytes }: TarEntry): void {
    const { maxBytes = Number.POSITIVE_INFINITY, maxEntries = Number.POSITIVE_INFINITY } = this.#options;
    if (this.#bytes + sizeBytes > maxBytes)
      throw new ServiceError("resource-exhausted", `Cannot read archive: it holds more than ${maxBytes} bytes`);
    if (this.#entries >= maxEntries)
      throw new ServiceError("resource-exhausted", `Cannot read archive: it holds more than ${maxEntries} entries`);
  }

  async #file({ content, sizeBytes, executable }: TarEntry): Promise<FileNode> {
    return { kind: "file", digest: await this.#uploads.add(content, sizeBytes), size: BigInt(sizeBytes), executable };
  }

  #symlink({ path, target }: TarEntry): SymlinkNode {
    try {
      checkSymlinkTarget(target);
    } catch (error) {
      throw entryError(path, (error as Error).message);
    }
    return { kind: "symlink", target };
  }

  /** What is linked to has come before. */
  #linked({ path, target }: TarEntry): FileNode | SymlinkNode {
    const names = namesIn(target, path, this.#strip);
    const node = names && this.#draft.leaf(names);
    if (!node) throw entryError(path, `it is a hard link to ${displayBytes(target)}, which has not come before it`);
    return node;
  }

  /** Blobs first, so that no directory refers to a missing one. */
  async finish(): Promise<Node> {
    await this.#uploads.finish();
    if (this.#strip > 0 && this.#draft.isEmpty)
      throw archiveError(`nothing is left without the first ${this.#strip} names of each path`);
    if (!this.#options.isStripped) return await this.#draft.store(this.#castore, this.#options);
    const only = await this.#draft.storeOnly(this.#castore, this.#options);
    if (only) return only;
    throw new ServiceError("failed-precondition", "it contains an unexpected number of top-level files");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#uploads[Symbol.asyncDispose]();
  }
}

/**
 * Stores what a tar archive holds, while it comes in: hard links as the files that they stand for, of the modes only
 * whether the owner may execute; of two entries of a path the later one counts. `invalid-argument` with the path for
 * paths that are absolute or lead out of the archive, for devices, FIFOs and what lies below a symbolic link; then no
 * directory is stored. Memory is taken for names and digests, not for contents.
 */
export async function importTar(
  castore: CastoreServices,
  archive: AsyncIterable<Uint8Array>,
  options: ImportTarOptions = {},
): Promise<Node> {
  await using work = new TarImport(castore, options);
  for await (const entry of readTar(archive)) {
    options.signal?.throwIfAborted();
    await work.add(entry);
  }
  return await work.finish();
}
