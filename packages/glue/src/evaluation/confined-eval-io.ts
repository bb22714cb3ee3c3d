import {
  type ContextElement,
  canonicalPath,
  decodeByteString,
  type EvalIO,
  EvalIOError,
  type FileType,
} from "@tvix-mesh/eval";

/** A directory or file that an evaluation may see, under the path that it has for the evaluation. Byte strings, absolute. */
export interface VisibleRoot {
  readonly path: string;
  /** Where its contents are on this machine. */
  readonly localPath: string;
  /** Whether the contents can never change: then nothing that was read of them is ever out of date. */
  readonly isImmutable: boolean;
  /** Set for a symlink of the evaluation's, which is none on this machine. */
  readonly linkTarget?: string;
}

const maxLinks = 40;
const inRestrictedMode = " in restricted mode";

/**
 * The local file system, or only some directories of it for an evaluation that must not see more. What lies outside is
 * `forbidden`; a symlink that leads out of a visible directory leads nowhere.
 */
export class ConfinedEvalIO implements EvalIO {
  readonly #local: EvalIO;
  #roots: readonly VisibleRoot[] | undefined;
  #reason = inRestrictedMode;
  #home: string | undefined;

  constructor(local: EvalIO) {
    this.#local = local;
  }

  /** What the next evaluation may see, `undefined` for everything; `reason` ends messages of what it may not; `home` is its `~`. */
  confine(roots: readonly VisibleRoot[] | undefined, reason = inRestrictedMode, home?: string): void {
    this.#roots = roots;
    this.#reason = reason;
    this.#home = home;
  }

  /** Where a path of the evaluation is on this machine; a symlink is not followed at its last component. */
  localPath(path: string): string {
    if (this.#roots === undefined) return path;
    const slash = path.lastIndexOf("/");
    const named = this.#followed(path.slice(0, slash), this.#roots) + path.slice(slash);
    const root = this.#roots.find((candidate) => candidate.path === named);
    if (root) return root.localPath;
    this.#place(path, this.#roots);
    return `${this.#inside(path.slice(0, slash))}${path.slice(slash)}`;
  }

  readFile(path: string): Uint8Array {
    return this.#naming(path, () => this.#local.readFile(this.#inside(path)));
  }

  readDir(path: string): readonly (readonly [string, FileType])[] {
    return this.#naming(path, () => this.#local.readDir(this.#inside(path)));
  }

  fileType(path: string): FileType | undefined {
    if (this.#leadsToRoot(path)) return "directory";
    if (this.#linkAt(path) !== undefined) return "symlink";
    return this.#local.fileType(this.localPath(path));
  }

  resolveSymlinks(path: string): string {
    return this.#naming(path, () => this.#resolve(path));
  }

  #resolve(path: string): string {
    if (this.#roots === undefined) return this.#local.resolveSymlinks(path);
    const followed = this.#followed(path, this.#roots);
    if (this.#leadsToRoot(followed)) return followed;
    const { root, local } = this.#place(followed, this.#roots);
    const resolved = this.#confined(path, root, this.#local.resolveSymlinks(local));
    return root.path + resolved.slice(this.#local.resolveSymlinks(root.localPath).length);
  }

  readLink(path: string): string {
    return this.#linkAt(path) ?? this.#naming(path, () => this.#local.readLink(this.localPath(path)));
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
    // The digest of what is there is part of the local path.
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
    return this.#home ?? this.#local.homeDirectory();
  }

  /** Where a symlink of the evaluation's leads that is none on this machine. */
  #linkAt(path: string): string | undefined {
    return this.#roots?.find((root) => root.path === path)?.linkTarget;
  }

  /** Messages name the evaluation's path, not where that is on this machine. */
  #naming<Result>(path: string, access: () => Result): Result {
    try {
      return access();
    } catch (error) {
      if (this.#roots === undefined || !(error instanceof EvalIOError) || error.path === path) throw error;
      const message = error.message.replaceAll(decodeByteString(error.path), decodeByteString(path));
      throw new EvalIOError(error.code, path, message, { cause: error });
    }
  }

  /** Directories above a visible one exist, or paths through them would not resolve. */
  #leadsToRoot(path: string): boolean {
    const prefix = path === "/" ? "/" : `${path}/`;
    return this.#roots?.some((root) => root.path.startsWith(prefix)) ?? false;
  }

  /** The path behind those symlinks on its way that are the evaluation's own. */
  #followed(path: string, roots: readonly VisibleRoot[]): string {
    let followed = path;
    for (let links = 0; links <= maxLinks; links += 1) {
      const link = roots.find((root) => root.linkTarget !== undefined && isBelow(followed, root.path));
      if (link?.linkTarget === undefined) return followed;
      const target = link.linkTarget.startsWith("/") ? link.linkTarget : `${link.path}/../${link.linkTarget}`;
      followed = canonicalPath(target) + followed.slice(link.path.length);
    }
    throw new EvalIOError("too-many-links", path, `Cannot open '${path}': too many symlinks`);
  }

  #place(path: string, roots: readonly VisibleRoot[]): { readonly root: VisibleRoot; readonly local: string } {
    const followed = this.#followed(path, roots);
    const root = roots.find((candidate) => isBelow(followed, candidate.path));
    if (!root)
      throw new EvalIOError("forbidden", followed, `access to absolute path '${followed}' is forbidden${this.#reason}`);
    return { root, local: root.localPath + followed.slice(root.path.length) };
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
