import {
  type Derivation,
  type DerivationHash,
  type DerivationOutput,
  FormatError,
  hashDerivationModulo,
  type InstantiatedDerivation,
  instantiateDerivation,
  parseDerivation,
  StorePath,
} from "@tvix-mesh/nix-compat";

/** A derivation together with where its `.drv` file lies and what that holds. */
export type KnownDerivation = InstantiatedDerivation;

interface Instantiation {
  /** As it was asked for, before its output paths were known. */
  readonly asked: Derivation;
  readonly made: KnownDerivation;
}

/**
 * Derivations by the absolute paths of their `.drv` files. A path is made of the contents, so what is known once stays
 * true for as long as anybody wants to keep it.
 */
export class KnownDerivations {
  readonly #byPath = new Map<string, KnownDerivation>();
  /** Contents of `.drv` files that nobody has asked for yet. */
  readonly #unread = new Map<string, string>();
  readonly #instantiations = new Map<string, Instantiation[]>();
  #sizeBytes = 0;

  /** How long the contents of all `.drv` files are together. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** The derivation with its output paths, which are still empty in `asked`. Its inputs must be known. */
  instantiate(asked: Derivation, name: string): KnownDerivation {
    const key = indexKey(asked, name);
    const earlier = this.#instantiations.get(key);
    const found = earlier?.find((instantiation) => isSame(instantiation.asked, asked));
    if (found) return found.made;
    const made = this.#add(instantiateDerivation(asked, name, this.hashOf));
    if (earlier) earlier.push({ asked, made });
    else this.#instantiations.set(key, [{ asked, made }]);
    return made;
  }

  #add(made: KnownDerivation): KnownDerivation {
    const path = made.path.absolute();
    const known = this.get(path);
    if (known) return known;
    this.#byPath.set(path, made);
    this.#sizeBytes += made.written.length;
    return made;
  }

  /** Adds one from the contents of its `.drv` file. Its inputs must be there when it is asked for. */
  addWritten(path: string, written: string): void {
    if (!this.has(path)) this.#unread.set(path, written);
  }

  has(path: string): boolean {
    return this.#byPath.has(path) || this.#unread.has(path);
  }

  get(path: string): KnownDerivation | undefined {
    const known = this.#byPath.get(path);
    if (known) return known;
    const written = this.#unread.get(path);
    if (written === undefined) return undefined;
    this.#unread.delete(path);
    const derivation = parseDerivation(written);
    const hash = hashDerivationModulo(derivation, this.hashOf);
    return this.#add({ derivation, path: StorePath.parseAbsolute(path), written, hash });
  }

  /** Throws if there is no such derivation. */
  require(path: string): KnownDerivation {
    const known = this.get(path);
    if (!known) throw new FormatError(`Cannot use derivation ${path}: this evaluation has not made it`);
    return known;
  }

  readonly hashOf = (path: string): DerivationHash => this.require(path).hash;

  /** Those derivations and all that they are built from, each once, inputs first. */
  closure(paths: Iterable<string>): readonly KnownDerivation[] {
    const ordered = new Map<string, KnownDerivation>();
    const visit = (path: string) => {
      if (ordered.has(path)) return;
      const known = this.require(path);
      for (const input of known.derivation.inputDrvs.keys()) visit(input);
      ordered.set(path, known);
    };
    for (const path of paths) visit(path);
    return [...ordered.values()];
  }
}

/** What few derivations share: hundreds of sources have one name, and each a hash of its own. */
function indexKey({ outputs }: Derivation, name: string): string {
  return `${name} ${outputs.get("out")?.hash ?? ""}`;
}

/** Derivations of one expression come with their parts in the same order; others are made anew, to the same end. */
function isSame(left: Derivation, right: Derivation): boolean {
  return (
    left.env.size === right.env.size &&
    left.builder === right.builder &&
    left.system === right.system &&
    isSameMap(left.env, right.env, (one, other) => one === other) &&
    isSameMap(left.inputDrvs, right.inputDrvs, isSameList) &&
    isSameMap(left.outputs, right.outputs, isSameOutput) &&
    isSameList(left.inputSrcs, right.inputSrcs) &&
    isSameList(left.args, right.args)
  );
}

function isSameOutput(left: DerivationOutput, right: DerivationOutput): boolean {
  return left.path === right.path && left.hashAlgo === right.hashAlgo && left.hash === right.hash;
}

function isSameMap<Value>(
  left: ReadonlyMap<string, Value>,
  right: ReadonlyMap<string, Value>,
  isSameValue: (left: Value, right: Value) => boolean,
): boolean {
  if (left.size !== right.size) return false;
  for (const [name, value] of left) {
    const other = right.get(name);
    if (other === undefined || !isSameValue(value, other)) return false;
  }
  return true;
}

function isSameList(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((text, index) => text === right[index]);
}
