import { existsSync, lstatSync, readFileSync, readlinkSync, type Stats } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { resolvePathLiteral } from "@tvix-mesh/eval";
import { byteStringFromBytes, decodeByteString, encodeByteString } from "@tvix-mesh/eval/byte-string";
import { type FileReferences, findFileReferences } from "@tvix-mesh/eval/file-references";
import type { SearchPathEntry } from "../expression/search-path.ts";

const storeDirectory = "/nix/store";
/** Who names as many files has a large project, which is uploaded faster as a whole than it is read. */
const mostFilesRead = 400;
/** What marks the top of a project. */
const projectMarkers = [".git", ".hg", "flake.nix"];
const maxReadBytes = 16 * 2 ** 20;
const maxLinks = 40;

export interface FileClosureParts {
  readonly searchPath: readonly SearchPathEntry[];
  readonly homeDirectory: string;
}

/**
 * The files that expressions name, and those that these name in turn: what an evaluation may look at. A directory that is
 * named counts with all that it holds. Paths are absolute, clean and ordinary strings.
 */
export class FileClosure {
  readonly #parts: FileClosureParts;
  readonly #directories = new Set<string>();
  readonly #others = new Set<string>();
  /** Directories whose files are not read, since they name hardly anything outside. */
  readonly #closed = new Set<string>();
  readonly #visited = new Set<string>();
  #filesRead = 0;

  constructor(parts: FileClosureParts) {
    this.#parts = parts;
  }

  /** What has to be there: directories, files, symlinks, and paths where nothing is. None lies below another one. */
  paths(): readonly string[] {
    return [...this.#directories, ...this.#others]
      .filter((path) => !isBelowAny(dirname(path), this.#directories))
      .sort();
  }

  /** Adds what a text in a directory names. */
  addText(text: Uint8Array, directory: string): void {
    this.#addReferences(referencesOf(text), directory);
  }

  /** Adds a path, and what it names if it is an expression or a directory with one. */
  add(path: string): void {
    this.#visit(path, 0);
  }

  #visit(path: string, links: number): void {
    if (path === "/" || isBelow(path, storeDirectory) || this.#visited.has(path)) return;
    this.#visited.add(path);
    const link = firstSymlink(path);
    if (link !== undefined) {
      this.#others.add(link);
      const target = resolve(dirname(link), readlinkSync(link));
      if (links < maxLinks) this.#visit(target + path.slice(link.length), links + 1);
      return;
    }
    const stats = statsOf(path);
    if (stats?.isDirectory()) {
      this.#directories.add(path);
      if (existsSync(join(path, "default.nix"))) this.#visit(join(path, "default.nix"), 0);
    } else {
      this.#others.add(path);
      if (stats?.isFile() && stats.size <= maxReadBytes && /(\.nix|\/[^.]*)$/.test(path)) this.#read(path);
    }
  }

  #read(file: string): void {
    if (isBelowAny(file, this.#closed)) return;
    if (++this.#filesRead > mostFilesRead) {
      const project = projectOf(file);
      if (project !== undefined) {
        this.#addWhole(project);
        return;
      }
    }
    this.#addReferences(referencesOf(readFileSync(file)), dirname(file));
  }

  #addReferences({ paths, searched }: FileReferences, directory: string): void {
    const { homeDirectory } = this.#parts;
    for (const { text, isPrefix } of paths) {
      const literal = resolvePathLiteral(text, encodeByteString(directory), () => encodeByteString(homeDirectory));
      const path = decodeByteString(literal);
      const isCertain = !isPrefix || text.endsWith("/") || statsOf(path)?.isDirectory();
      this.#visit(isCertain ? path : dirname(path), 0);
    }
    for (const name of searched) this.#addSearched(decodeByteString(name));
  }

  /** Whoever looks something up may look up anything: names that files of a large project use are not known. */
  #addSearched(name: string): void {
    for (const { prefix, path } of this.#parts.searchPath) {
      if (!path.startsWith("/")) continue;
      this.#addWhole(prefix === "" ? join(path, name.split("/")[0] ?? "") : path);
    }
  }

  #addWhole(path: string): void {
    if (statsOf(path)?.isDirectory()) this.#closed.add(path);
    this.#visit(path, 0);
  }
}

function statsOf(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** The first part of a path that is a symlink. */
function firstSymlink(path: string): string | undefined {
  let prefix = "";
  for (const name of path.split("/").slice(1)) {
    prefix += `/${name}`;
    const stats = statsOf(prefix);
    if (!stats) return undefined;
    if (stats.isSymbolicLink()) return prefix;
  }
  return undefined;
}

function projectOf(file: string): string | undefined {
  for (let directory = dirname(file); directory !== "/"; directory = dirname(directory))
    if (projectMarkers.some((marker) => existsSync(join(directory, marker)))) return directory;
  return undefined;
}

/** A text that is no expression names nothing; the evaluator says what is wrong with it. */
function referencesOf(text: Uint8Array): FileReferences {
  try {
    return findFileReferences(byteStringFromBytes(text));
  } catch {
    return { paths: [], searched: [] };
  }
}

function isBelow(path: string, directory: string): boolean {
  return path === directory || path.startsWith(`${directory}/`);
}

function isBelowAny(path: string, directories: ReadonlySet<string>): boolean {
  for (let current = path; ; current = dirname(current)) {
    if (directories.has(current)) return true;
    if (current === dirname(current)) return false;
  }
}
