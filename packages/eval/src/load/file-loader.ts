import { bind, newLayout } from "../bind/bind.ts";
import type { Scope } from "../bind/scope.ts";
import { bundledFiles, bundledPrefix } from "../builtins/bundled-files.ts";
import { Compiler } from "../compile/compiler.ts";
import type { WarningKind } from "../diagnostics/codes.ts";
import { createLinter, type Lints, lintsKey } from "../diagnostics/lints.ts";
import { errorPosition } from "../evaluation-error.ts";
import type { World } from "../keep/world.ts";
import { followLinks } from "../run/follow-links.ts";
import { withIOErrors } from "../run/io-errors.ts";
import type { FileLoader, Machine } from "../run/machine.ts";
import { storedTreeFormat } from "../stored/stored-tree.ts";
import { readTree } from "../stored/tree-reader.ts";
import { writeTree } from "../stored/tree-writer.ts";
import { parse } from "../syntax/parser.ts";
import type { SourceFile } from "../syntax/position-table.ts";
import type { SyntaxObserver } from "../syntax/syntax-cursor.ts";
import type { Node } from "../syntax/syntax-tree.ts";
import type { Attrs } from "../values/attrs.ts";
import { byteStringFromBytes } from "../values/byte-string.ts";
import { limitExceeded } from "../values/limit-exceeded.ts";
import { NixError } from "../values/nix-error.ts";
import { type Deferred, type Environment, Thunk } from "../values/thunk.ts";
import type { Lazy, Value } from "../values/value.ts";
import type { ParseIndex } from "./parse-index.ts";

/** Larger texts are data that is read once. */
const maxStoredLength = 8 << 20;

interface CompiledFile {
  readonly fingerprint: string;
  /** The lints under which there was nothing to say of it. */
  readonly lints: string;
  readonly root: Deferred;
  readonly source: SourceFile;
}

/** A parsed and bound text, and its place in the table of positions. */
interface ParsedText {
  readonly root: Node;
  readonly source: SourceFile;
  /** Whether a lint warns of something in it. */
  readonly hasWarnings: boolean;
}

/** Parses, binds and compiles files. Compiled files are kept while their fingerprints hold, values as long as their world. */
export class MachineFileLoader implements FileLoader {
  readonly #machine: Machine;
  readonly #globalNames: () => ReadonlySet<string>;
  readonly #compiled = new Map<string, CompiledFile>();
  readonly #parseIndex: ParseIndex | undefined;
  #circumstances: string | undefined;
  #lints: Lints = {};
  /** Empty if there is nothing to look for. */
  #lintsKey = "";
  /** Texts that only the running evaluation can refer to. */
  readonly #passing = new Set<SourceFile>();

  constructor(machine: Machine, globalNames: () => ReadonlySet<string>, parseIndex?: ParseIndex) {
    this.#parseIndex = parseIndex;
    this.#machine = machine;
    this.#globalNames = globalNames;
  }

  /** What the evaluation that begins is to be told of the texts that it parses. */
  beginEvaluation(lints: Lints = {}): void {
    const forbidsUrls = this.#machine.settings.experimentalFeatures.has("no-url-literals");
    this.#lints = forbidsUrls ? { ...lints, urlLiterals: "fatal" } : lints;
    this.#lintsKey = lintsKey(this.#lints);
  }

  /** Forgets the texts of an evaluation that is over. */
  endEvaluation(): void {
    this.#parseIndex?.flush();
    this.#machine.positions.remove(this.#passing);
    this.#passing.clear();
  }

  keepText(source: SourceFile): void {
    if (!this.#machine.world.canBeKept) return;
    this.#machine.world.texts.add(source);
    this.#passing.delete(source);
  }

  /** Forgets the texts of a world that is over, after this evaluation, which may still speak of them. */
  forgetTexts(world: World): void {
    for (const source of world.texts) this.#passing.add(source);
  }

  importFile(path: string): Value {
    const { world } = this.#machine;
    const { imports, topEnvironment } = world;
    let value = imports.get(path);
    if (value === undefined) {
      const file = this.#expressionFile(path);
      value = imports.get(file);
      if (value === undefined) {
        const root = this.#compileFile(file);
        value = new Thunk(root, topEnvironment);
        imports.set(file, value);
      }
      imports.set(path, value);
    }
    if (!(value instanceof Thunk)) return value;
    const forced = this.#machine.withFrame(`while evaluating the file '${path}'`, 0, () => this.#machine.force(value));
    world.addImport(path, forced);
    return forced;
  }

  importFileWithScope(path: string, scope: Attrs): Value {
    const file = this.#expressionFile(path);
    const names = scope.names();
    const layout = newLayout([undefined, ...names.map(() => undefined)]);
    const { root, source } = this.#parse(file, bundledFiles.get(file) ?? byteStringFromBytes(this.#read(file)), {
      parent: undefined,
      slots: new Map(names.map((name, index) => [name, index + 1])),
      layout,
    });
    this.#passing.add(source);
    this.keepText(source);
    const environment: Environment = [null, ...names.map((_, index) => scope.shareAt(index))];
    return new Compiler(this.#machine, directoryOf(file)).deferred(root).run(environment);
  }

  /** The value of a text of this evaluation, whose relative paths start at `directory`. */
  evaluateText(name: string, text: string, directory: string): Lazy {
    const { root, source } = this.#parse(name, text, undefined);
    this.#passing.add(source);
    return new Thunk(new Compiler(this.#machine, directory, source).deferred(root), newTopEnvironment());
  }

  /** The value of a text that belongs to the evaluator itself. */
  evaluateBundledText(name: string, text: string): Lazy {
    const { root } = this.#parse(name, text, undefined);
    return new Thunk(new Compiler(this.#machine, "/").deferred(root), newTopEnvironment());
  }

  /** The bound tree of a text. */
  parseTree(name: string, text: string): Node {
    return this.#parse(name, text, undefined).root;
  }

  /** A file's tree, which may be known from before. */
  #parseFile(file: string): ParsedText {
    const bundled = bundledFiles.get(file);
    if (bundled !== undefined) return this.#parse(file, bundled, undefined);
    const bytes = this.#read(file);
    const text = byteStringFromBytes(bytes);
    // A tree says nothing of what there is to warn of.
    const index = bytes.length > maxStoredLength || this.#lintsKey !== "" ? undefined : this.#parseIndex;
    if (index === undefined) return this.#parse(file, text, undefined);
    this.#circumstances ??= JSON.stringify([
      storedTreeFormat,
      [...this.#globalNames()].sort(),
      this.#pipeOperators,
      this.#machine.settings.forbidsHomePaths,
    ]);
    const stored = index.find(bytes, this.#circumstances);
    const known = stored && this.#readTree(file, text, stored);
    if (known !== undefined) return known;
    const parsed = this.#parse(file, text, undefined);
    const tree = writeTree(parsed.root, parsed.source);
    if (tree !== undefined) index.add(bytes, this.#circumstances, tree);
    return parsed;
  }

  #readTree(file: string, text: string, stored: Uint8Array): ParsedText | undefined {
    const source = this.#machine.positions.add(file, text);
    try {
      const root = readTree(stored, source);
      if (root !== undefined) return { root, source, hasWarnings: false };
      this.#passing.add(source);
      return undefined;
    } catch (error) {
      this.#passing.add(source);
      throw (error instanceof RangeError && limitExceeded(error, source.base)) || error;
    }
  }

  get #pipeOperators(): boolean {
    return this.#machine.settings.experimentalFeatures.has("pipe-operators");
  }

  #parse(name: string, text: string, scope: Scope | undefined): ParsedText {
    const source = this.#machine.positions.add(name, text);
    let hasWarnings = false;
    const warn = (warning: WarningKind, message: string, position: number) => {
      hasWarnings = true;
      this.#machine.observe({
        kind: "lint",
        warning,
        message,
        position: errorPosition(position, this.#machine.positions),
      });
    };
    try {
      const root = parse(source, {
        pipeOperators: this.#pipeOperators,
        notice: this.#observer(warn),
        look: (position) => this.#machine.look(position),
      });
      bind(root, scope, this.#globalNames());
      return { root, source, hasWarnings };
    } catch (error) {
      this.#passing.add(source);
      // Each level of nesting takes a piece of the stack.
      throw (error instanceof RangeError && limitExceeded(error, source.base)) || error;
    }
  }

  /** What has to see the literals of a text, if anything has to. */
  #observer(warn: Parameters<typeof createLinter>[1]): SyntaxObserver | undefined {
    const lint = this.#lintsKey === "" ? undefined : createLinter(this.#lints, warn);
    if (!this.#machine.settings.forbidsHomePaths) return lint;
    return (notice, position, literal) => {
      if (notice === "home-path")
        throw new NixError("restricted", `the path '${literal}' can not be resolved in pure mode`, position);
      lint?.(notice, position, literal);
    };
  }

  #expressionFile(path: string): string {
    if (bundledFiles.has(path)) return path;
    const { io } = this.#machine;
    return withIOErrors(() => {
      const resolved = followLinks(io, path);
      const type = io.fileType(resolved);
      if (type === undefined) {
        throw new NixError("file", `getting status of '${resolved}': No such file or directory`);
      }
      return type === "directory" ? followLinks(io, `${resolved === "/" ? "" : resolved}/default.nix`) : resolved;
    });
  }

  #read(file: string): Uint8Array {
    return withIOErrors(() => this.#machine.io.readFile(file));
  }

  #compileFile(file: string): Deferred {
    const fingerprint = file.startsWith(bundledPrefix) ? file : withIOErrors(() => this.#machine.io.fingerprint(file));
    const known = this.#compiled.get(file);
    if (known !== undefined && known.fingerprint === fingerprint && known.lints === this.#lintsKey) return known.root;
    const { root, source, hasWarnings } = this.#parseFile(file);
    const deferred = new Compiler(this.#machine, directoryOf(file)).deferred(root);
    if (known !== undefined) this.#passing.add(known.source);
    // A later evaluation has to be warned again.
    if (fingerprint === undefined || hasWarnings) {
      this.#compiled.delete(file);
      this.#passing.add(source);
    } else this.#compiled.set(file, { fingerprint, lints: this.#lintsKey, root: deferred, source });
    return deferred;
  }
}

function newTopEnvironment(): Environment {
  return [null];
}

function directoryOf(file: string): string {
  const slash = file.lastIndexOf("/");
  return slash <= 0 ? "/" : file.slice(0, slash);
}
