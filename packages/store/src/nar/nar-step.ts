import type { DirectoryService, FileNode, Node } from "@tvix-mesh/castore";
import { NarEncoder, type NarRange } from "@tvix-mesh/nix-compat";
import { type CallOptions, ServiceError } from "@tvix-mesh/service";
import { DirectoryLookup } from "./directory-lookup.ts";

/** One move of an archive's encoder. The root alone has no name. */
export type NarStep =
  | { readonly kind: "openDirectory"; readonly name: Uint8Array | undefined }
  | { readonly kind: "closeDirectory" }
  | { readonly kind: "symlink"; readonly name: Uint8Array | undefined; readonly target: Uint8Array }
  | NarFileStep;

export interface NarFileStep {
  readonly kind: "file";
  readonly name: Uint8Array | undefined;
  readonly node: FileNode;
  /** Where its contents begin in the archive. */
  readonly contentOffset: number;
  /** Which of its bytes lie within the range. */
  readonly wanted: NarRange;
}

interface Place {
  readonly name: Uint8Array | undefined;
  readonly node: Node;
}

/** Encodes the tree without its contents, to know where each file comes to lie. */
class Ruler {
  readonly #encoder = new NarEncoder({ offset: 0, length: 0 });
  readonly #start: number;
  readonly #end: number;

  constructor(range: NarRange = { offset: 0, length: Number.POSITIVE_INFINITY }) {
    this.#start = range.offset;
    this.#end = range.offset + range.length;
  }

  get isPastRange(): boolean {
    return this.#encoder.positionBytes >= this.#end;
  }

  openDirectory(name: Uint8Array | undefined): NarStep {
    this.#encoder.openDirectory(name);
    return { kind: "openDirectory", name };
  }

  closeDirectory(): NarStep {
    this.#encoder.closeDirectory();
    return { kind: "closeDirectory" };
  }

  symlink(name: Uint8Array | undefined, target: Uint8Array): NarStep {
    this.#encoder.symlink(target, name);
    return { kind: "symlink", name, target };
  }

  file(name: Uint8Array | undefined, node: FileNode): NarStep {
    if (node.size > Number.MAX_SAFE_INTEGER)
      throw new ServiceError("invalid-argument", `Cannot render file ${node.digest}: no NAR holds ${node.size} bytes`);
    const sizeBytes = Number(node.size);
    this.#encoder.openFile(sizeBytes, node.executable, name);
    const contentOffset = this.#encoder.positionBytes;
    this.#encoder.closeFile();
    const clamp = (position: number) => Math.min(Math.max(position - contentOffset, 0), sizeBytes);
    const offset = clamp(this.#start);
    return { kind: "file", name, node, contentOffset, wanted: { offset, length: clamp(this.#end) - offset } };
  }
}

/**
 * The moves that encode `root`, directories read as they are come to. With a range, nothing is wanted of the files
 * before it, and the walk ends where the range does.
 */
export async function* narSteps(
  root: Node,
  directories: DirectoryService,
  range: NarRange | undefined,
  options: CallOptions,
): AsyncGenerator<NarStep, void, undefined> {
  const ruler = new Ruler(range);
  await using lookup = root.kind === "directory" ? new DirectoryLookup(directories, root.digest, options) : undefined;
  const open: Iterator<Place>[] = [[{ name: undefined, node: root }].values()];
  while (!ruler.isPastRange) {
    const next = open.at(-1)!.next();
    if (next.done) {
      open.pop();
      if (open.length === 0) return;
      yield ruler.closeDirectory();
      continue;
    }
    const { name, node } = next.value;
    switch (node.kind) {
      case "directory":
        open.push((await lookup!.get(node.digest)).entries.values());
        yield ruler.openDirectory(name);
        break;
      case "file":
        yield ruler.file(name, node);
        break;
      case "symlink":
        yield ruler.symlink(name, node.target);
        break;
    }
  }
}
