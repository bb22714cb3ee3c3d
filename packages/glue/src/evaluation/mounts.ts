import { isAbsolute, normalize } from "node:path";
import { type CachedInput, InputCache } from "@tvix-mesh/build";
import { type CastoreServices, type DirectoryNode, exportTree, nodeFromMessage } from "@tvix-mesh/castore";
import { encodeByteString } from "@tvix-mesh/eval";
import type { Expression_Mount as MountMessage } from "@tvix-mesh/proto/mesh/eval/v1/evaluator";
import { type CallOptions, ServiceError } from "@tvix-mesh/service";
import type { VisibleRoot } from "./confined-eval-io.ts";

export interface MountsOptions {
  readonly services: CastoreServices;
  /** Belongs to the mounts alone. */
  readonly directory: string;
  /** How much of the disk mounts may take that no evaluation uses. */
  readonly maxSizeBytes: number;
}

/** Directories on disk, for as long as an evaluation sees them. */
export interface OpenMounts extends Disposable {
  readonly roots: readonly VisibleRoot[];
}

function parse({ path, node }: MountMessage): { readonly path: string; readonly node: DirectoryNode } {
  const cannot = `Cannot mount "${path}"`;
  if (!isAbsolute(path) || normalize(path) !== path || path === "/" || path.endsWith("/"))
    throw new ServiceError("invalid-argument", `${cannot}: not a clean absolute path below the root`);
  if (!node) throw new ServiceError("invalid-argument", `${cannot}: no node is given`);
  const { node: root } = nodeFromMessage(node, { anonymous: true });
  if (root.kind !== "directory") throw new ServiceError("invalid-argument", `${cannot}: it is a ${root.kind}`);
  return { path, node: root };
}

/**
 * Trees of clients, as files that the evaluating thread can read at full speed. Each is exported once and kept by its
 * digest, so a second evaluation of the same sources starts at once, and what was parsed of them is still known.
 */
export class Mounts {
  readonly #cache: () => Promise<InputCache>;
  #opened: Promise<InputCache> | undefined;

  constructor({ services, directory, maxSizeBytes }: MountsOptions) {
    this.#cache = () => {
      this.#opened ??= InputCache.open({
        directory,
        maxSizeBytes,
        exportNode: (node, path, options) => exportTree(node, path, services, options),
      });
      return this.#opened;
    };
  }

  /** `invalid-argument` for a mount that is none; `not-found` if its contents are not in the services. */
  async open(mounts: readonly MountMessage[], options: CallOptions): Promise<OpenMounts> {
    const parsed = mounts.map(parse);
    const cache = await this.#cache();
    const held: CachedInput[] = [];
    const close = () => {
      for (const input of held) input[Symbol.dispose]();
    };
    try {
      const roots: VisibleRoot[] = [];
      for (const { path, node } of parsed) {
        const input = await cache.acquire(node, options.signal);
        held.push(input);
        roots.push({ path: encodeByteString(path), localPath: encodeByteString(input.path), isImmutable: true });
      }
      return { roots, [Symbol.dispose]: close };
    } catch (error) {
      close();
      throw error;
    }
  }
}
