import {
  type Derivation,
  type DerivationHash,
  FormatError,
  hashDerivationModulo,
  type InstantiatedDerivation,
  parseDerivation,
  StorePath,
} from "@tvix-mesh/nix-compat";

/** A derivation together with where its `.drv` file lies and what that holds. */
export interface KnownDerivation {
  readonly derivation: Derivation;
  readonly path: StorePath;
  readonly written: string;
  readonly hash: DerivationHash;
}

/** The derivations that an evaluation has made, by the absolute paths of their `.drv` files. */
export class KnownDerivations {
  readonly #byPath = new Map<string, KnownDerivation>();
  #unsent: KnownDerivation[] = [];

  add(instantiated: InstantiatedDerivation): KnownDerivation {
    const absolute = instantiated.path.absolute();
    const known = this.#byPath.get(absolute);
    if (known) return known;
    this.#byPath.set(absolute, instantiated);
    this.#unsent.push(instantiated);
    return instantiated;
  }

  /** Adds one from the contents of its `.drv` file. Its inputs must have been added before. */
  addWritten(path: string, written: string): KnownDerivation {
    const known = this.#byPath.get(path);
    if (known) return known;
    const derivation = parseDerivation(written);
    const hash = hashDerivationModulo(derivation, this.hashOf);
    return this.add({ derivation, path: StorePath.parseAbsolute(path), written, hash });
  }

  /** Those added since the last call. A derivation can only be added after its inputs, so they come in that order. */
  takeUnsent(): readonly KnownDerivation[] {
    const unsent = this.#unsent;
    this.#unsent = [];
    return unsent;
  }

  get(path: string): KnownDerivation | undefined {
    return this.#byPath.get(path);
  }

  /** Throws if there is no such derivation. */
  require(path: string): KnownDerivation {
    const known = this.#byPath.get(path);
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
