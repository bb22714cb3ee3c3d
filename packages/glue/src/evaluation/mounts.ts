import { dirname, isAbsolute, join, normalize } from "node:path";
import { type CachedInput, InputCache } from "@tvix-mesh/build";
import { type CastoreServices, exportTree, type Node, nodeFromMessage } from "@tvix-mesh/castore";
import { byteStringFromBytes, encodeByteString } from "@tvix-mesh/eval";
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

/** Files on disk, for as long as an evaluation sees them. */
export interface OpenMounts extends Disposable {
  readonly roots: readonly VisibleRoot[];
}

interface ParsedMount {
  readonly path: string;
  /** Undefined where nothing is. */
  readonly node: Node | undefined;
}

function parse({ path, node }: MountMessage): ParsedMount {
  const cannot = `Cannot mount "${path}"`;
  if (!isAbsolute(path) || normalize(path) !== path || path === "/" || path.endsWith("/"))
    throw new ServiceError("invalid-argument", `${cannot}: not a clean absolute path below the root`);
  return { path, node: node && nodeFromMessage(node, { anonymous: true }).node };
}

/** Leaves out what lies below another one. */
function outermost(mounts: readonly ParsedMount[]): readonly ParsedMount[] {
  const directories = new Set(mounts.filter(({ node }) => node?.kind === "directory").map(({ path }) => path));
  const isCovered = (path: string): boolean => {
    const parent = dirname(path);
    return parent !== path && (directories.has(parent) || isCovered(parent));
  };
  return mounts.filter(({ path }) => !isCovered(path));
}

/**
 * Trees of clients, as files that the evaluating thread can read at full speed. Each is exported once and kept by its
 * digest, so a second evaluation of the same sources starts at once, and what was parsed of them is still known.
 */
export class Mounts {
  readonly #cache: () => Promise<InputCache>;
  /** Where nothing is. */
  readonly #absentPath: string;
  #opened: Promise<InputCache> | undefined;

  constructor({ services, directory, maxSizeBytes }: MountsOptions) {
    this.#absentPath = encodeByteString(join(directory, "absent"));
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
    const parsed = outermost(mounts.map(parse));
    const cache = await this.#cache();
    const held: CachedInput[] = [];
    const close = () => {
      for (const input of held) input[Symbol.dispose]();
    };
    try {
      const roots: VisibleRoot[] = [];
      for (const { path: mountPath, node } of parsed) {
        const path = encodeByteString(mountPath);
        if (node === undefined) roots.push({ path, localPath: this.#absentPath, isImmutable: true });
        if (node?.kind === "symlink")
          roots.push({
            path,
            localPath: this.#absentPath,
            isImmutable: true,
            linkTarget: byteStringFromBytes(node.target),
          });
        if (node === undefined || node.kind === "symlink") continue;
        const input = await cache.acquire(node, options.signal);
        held.push(input);
        roots.push({ path, localPath: encodeByteString(input.path), isImmutable: true });
      }
      return { roots, [Symbol.dispose]: close };
    } catch (error) {
      close();
      throw error;
    }
  }
}
