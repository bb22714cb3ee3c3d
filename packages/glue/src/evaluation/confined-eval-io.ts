import { type ContextElement, type EvalIO, EvalIOError, type FileType } from "@tvix-mesh/eval";

/** A directory that an evaluation may see, under the path that it has for the evaluation. Byte strings, absolute. */
export interface VisibleRoot {
  readonly path: string;
  /** Where its contents are on this machine. */
  readonly localPath: string;
  /** Whether the contents can never change: then nothing that was read of them is ever out of date. */
  readonly isImmutable: boolean;
}

/**
 * The local file system, or only some directories of it for an evaluation that must not see more. What lies outside is
 * `forbidden`; a symlink that leads out of a visible directory leads nowhere.
 */
export class ConfinedEvalIO implements EvalIO {
  readonly #local: EvalIO;
  #roots: readonly VisibleRoot[] | undefined;
  #mode = "restricted mode";

  constructor(local: EvalIO) {
    this.#local = local;
  }

  /** What the next evaluation may see, `undefined` for everything; `mode` is what messages call this. */
  confine(roots: readonly VisibleRoot[] | undefined, mode = "restricted mode"): void {
    this.#roots = roots;
    this.#mode = mode;
  }

  /** Where a path of the evaluation is on this machine; a symlink is not followed at its last component. */
  localPath(path: string): string {
    if (this.#roots === undefined) return path;
    const { root, local } = this.#place(path, this.#roots);
    if (path === root.path) return local;
    const slash = path.lastIndexOf("/");
    return `${this.#inside(path.slice(0, slash))}${path.slice(slash)}`;
  }

  readFile(path: string): Uint8Array {
    return this.#local.readFile(this.#inside(path));
  }

  readDir(path: string): readonly (readonly [string, FileType])[] {
    return this.#local.readDir(this.#inside(path));
  }

  fileType(path: string): FileType | undefined {
    if (this.#leadsToRoot(path)) return "directory";
    return this.#local.fileType(this.localPath(path));
  }

  resolveSymlinks(path: string): string {
    if (this.#roots === undefined) return this.#local.resolveSymlinks(path);
    const { root, local } = this.#place(path, this.#roots);
    const resolved = this.#confined(path, root, this.#local.resolveSymlinks(local));
    return root.path + resolved.slice(this.#local.resolveSymlinks(root.localPath).length);
  }

  readLink(path: string): string {
    return this.#local.readLink(this.localPath(path));
  }

  pathExists(path: string): boolean {
    if (this.#roots === undefined) return this.#local.pathExists(path);
    try {
      return this.#leadsToRoot(path) || this.#local.pathExists(this.#inside(path));
    } catch (error) {
      if (error instanceof EvalIOError) return false;
      throw error;
    }
  }

  fingerprint(path: string): string | undefined {
    if (this.#roots === undefined) return this.#local.fingerprint(path);
    const { root, local } = this.#place(path, this.#roots);
    return root.isImmutable ? local : this.#local.fingerprint(this.#inside(path));
  }

  isImmutable(path: string): boolean {
    return this.#roots?.some((root) => root.isImmutable && isBelow(path, root.path)) ?? false;
  }

  copyToStore(path: string, name?: string): string {
    return this.#local.copyToStore(path, name);
  }

  realiseContext(context: readonly ContextElement[]): ReadonlyMap<string, string> {
    return this.#local.realiseContext(context);
  }

  environmentVariable(name: string): string | undefined {
    return this.#roots === undefined ? this.#local.environmentVariable(name) : undefined;
  }

  homeDirectory(): string {
    return this.#local.homeDirectory();
  }

  /** Directories above a visible one exist, or paths through them would not resolve. */
  #leadsToRoot(path: string): boolean {
    const prefix = path === "/" ? "/" : `${path}/`;
    return this.#roots?.some((root) => root.path.startsWith(prefix)) ?? false;
  }

  #place(path: string, roots: readonly VisibleRoot[]): { readonly root: VisibleRoot; readonly local: string } {
    const root = roots.find((candidate) => isBelow(path, candidate.path));
    if (!root)
      throw new EvalIOError("forbidden", path, `access to absolute path '${path}' is forbidden in ${this.#mode}`);
    return { root, local: root.localPath + path.slice(root.path.length) };
  }

  /** The local path behind all symlinks of `path`, which must not have led out. */
  #inside(path: string): string {
    if (this.#roots === undefined) return path;
    const { root, local } = this.#place(path, this.#roots);
    return this.#confined(path, root, this.#local.resolveSymlinks(local));
  }

  #confined(path: string, root: VisibleRoot, resolved: string): string {
    const top = this.#local.resolveSymlinks(root.localPath);
    if (resolved === top || resolved.startsWith(`${top}/`)) return resolved;
    throw new EvalIOError(
      "forbidden",
      path,
      `access to path '${path}' is forbidden: a symlink leads out of '${root.path}'`,
    );
  }
}

function isBelow(path: string, root: string): boolean {
  return path === root || path.startsWith(`${root}/`);
}
