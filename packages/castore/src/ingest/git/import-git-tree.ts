import { type CallOptions, ServiceError } from "@tvix-mesh/service";
import type { B3Digest } from "../../b3-digest.ts";
import type { CastoreServices } from "../../castore-services.ts";
import { displayBytes } from "../../display-bytes.ts";
import type { FileNode, Node, SymlinkNode } from "../../node.ts";
import { splitPath } from "../../path-bytes.ts";
import { checkSymlinkTarget } from "../../symlink-target.ts";
import { FileUploads, readWhole } from "../file-uploads.ts";
import type { ImportProgress, ImportTotals } from "../import-progress.ts";
import { TreeDraft } from "../tree-draft.ts";
import { findGitTree, type GitTreeEntry, listGitTree } from "./list-git-tree.ts";
import { readGitBlobs } from "./read-git-blobs.ts";

export interface ImportGitTreeOptions extends CallOptions {
  /** What becomes of the commits of other repositories: an error by default, or the empty directories of a checkout. */
  readonly submodules?: "refuse" | "empty" | undefined;
  /** Called once, before anything is read. */
  readonly onTotals?: ((totals: ImportTotals) => void) | undefined;
  /** Called after each file. */
  readonly onProgress?: ((progress: ImportProgress) => void) | undefined;
}

type Kind = "file" | "directory" | "symlink" | "submodule";

const kindOfMode: ReadonlyMap<number, Kind> = new Map([
  [0o100000, "file"],
  [0o040000, "directory"],
  [0o120000, "symlink"],
  [0o160000, "submodule"],
]);
const typeBits = 0o170000;
const ownerExecutable = 0o100;
const longestTarget = 4095;

function refuse(path: Uint8Array, revision: string, reason: string): ServiceError {
  return new ServiceError("invalid-argument", `Cannot import ${displayBytes(path)} of git tree ${revision}: ${reason}`);
}

function lacking(path: Uint8Array, revision: string, objectId: string): ServiceError {
  const what = `Cannot import ${displayBytes(path)} of git tree ${revision}`;
  return new ServiceError("not-found", `${what}: the repository lacks its object ${objectId}`);
}

function kindOf({ path, mode }: GitTreeEntry, treeId: string): Kind {
  const kind = kindOfMode.get(mode & typeBits);
  if (!kind) throw refuse(path, treeId, `its mode is ${mode.toString(8)}`);
  return kind;
}

/** What is known of a blob once it was read. */
interface Blob {
  readonly sizeBytes: number;
  /** If it is a file's. */
  readonly digest: B3Digest | undefined;
  /** If it is a symbolic link's and not too long for one. */
  readonly target: Uint8Array | undefined;
}

class GitTreeImport implements AsyncDisposable {
  readonly #treeId: string;
  readonly #entries: readonly GitTreeEntry[];
  readonly #uploads: FileUploads;
  readonly #options: ImportGitTreeOptions;
  readonly #blobs = new Map<string, Blob>();
  #bytes = 0;

  constructor(
    treeId: string,
    entries: readonly GitTreeEntry[],
    castore: CastoreServices,
    options: ImportGitTreeOptions,
  ) {
    this.#treeId = treeId;
    this.#entries = entries;
    this.#uploads = new FileUploads(castore.blobs, options, () => this.#report());
    this.#options = options;
  }

  #report(): void {
    const { uploadedBytes, underWayBytes } = this.#uploads;
    this.#options.onProgress?.({ entries: this.#blobs.size, bytes: this.#bytes, underWayBytes, uploadedBytes });
  }

  #idsOf(kind: Kind): ReadonlySet<string> {
    return new Set(
      this.#entries.filter((entry) => kindOf(entry, this.#treeId) === kind).map(({ objectId }) => objectId),
    );
  }

  /** Stores each blob once, however many files have its content. */
  async storeBlobs(repository: string): Promise<void> {
    const options = this.#options;
    const files = this.#idsOf("file");
    const symlinks = this.#idsOf("symlink");
    for await (const { objectId, sizeBytes, content } of readGitBlobs(repository, files.union(symlinks), options)) {
      options.signal?.throwIfAborted();
      const isTarget = symlinks.has(objectId) && sizeBytes <= longestTarget;
      const target = isTarget ? await readWhole(content, sizeBytes) : undefined;
      const digest = files.has(objectId)
        ? await this.#uploads.add(target ? oneOf(target) : content, sizeBytes)
        : undefined;
      this.#blobs.set(objectId, { sizeBytes, digest, target });
      this.#bytes += sizeBytes;
      this.#report();
    }
    await this.#uploads.finish();
  }

  /** The sizes of the blobs, each once. */
  totals(): ImportTotals {
    const blobs = this.#entries.filter((entry) => ["file", "symlink"].includes(kindOf(entry, this.#treeId)));
    const sizes = new Map(blobs.map(({ objectId, sizeBytes = 0 }) => [objectId, sizeBytes]));
    return { entries: sizes.size, bytes: sizes.values().reduce((sum, sizeBytes) => sum + sizeBytes, 0) };
  }

  draft(): TreeDraft {
    const draft = new TreeDraft();
    for (const entry of this.#entries) {
      const names = splitPath(entry.path);
      const kind = kindOf(entry, this.#treeId);
      if (kind === "file") draft.add(names, this.#file(entry));
      else if (kind === "symlink") draft.add(names, this.#symlink(entry));
      else draft.addDirectory(names);
    }
    return draft;
  }

  #blob({ path, objectId }: GitTreeEntry): Blob {
    const blob = this.#blobs.get(objectId);
    if (!blob) throw lacking(path, this.#treeId, objectId);
    return blob;
  }

  #file(entry: GitTreeEntry): FileNode {
    const { digest, sizeBytes } = this.#blob(entry);
    if (!digest) throw lacking(entry.path, this.#treeId, entry.objectId);
    return { kind: "file", digest, size: BigInt(sizeBytes), executable: (entry.mode & ownerExecutable) !== 0 };
  }

  #symlink(entry: GitTreeEntry): SymlinkNode {
    const { target, sizeBytes } = this.#blob(entry);
    if (!target) throw refuse(entry.path, this.#treeId, `its target is ${sizeBytes} bytes long`);
    try {
      checkSymlinkTarget(target);
    } catch (error) {
      throw refuse(entry.path, this.#treeId, (error as Error).message);
    }
    return { kind: "symlink", target };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#uploads[Symbol.asyncDispose]();
  }
}

async function* oneOf(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}

/**
 * Stores a tree of a local git repository as git has recorded it, without filters, by the id or any other name of a
 * commit, a tag or a tree. `not-found` if there is none; `invalid-argument` with the path for a submodule, unless those
 * are to become empty directories; then nothing is stored.
 */
export async function importGitTree(
  castore: CastoreServices,
  repository: string,
  revision: string,
  options: ImportGitTreeOptions = {},
): Promise<Node> {
  const treeId = await findGitTree(repository, revision, options);
  const entries = await listGitTree(repository, treeId, options);
  const lacked = entries.find(({ sizeBytes }) => sizeBytes === undefined);
  if (lacked) throw lacking(lacked.path, revision, lacked.objectId);
  const submodule = entries.find((entry) => kindOf(entry, treeId) === "submodule");
  if (submodule && options.submodules !== "empty")
    throw refuse(submodule.path, revision, `it is a submodule, commit ${submodule.objectId} of another repository`);
  await using work = new GitTreeImport(treeId, entries, castore, options);
  options.onTotals?.(work.totals());
  await work.storeBlobs(repository);
  return await work.draft().store(castore, options);
}
