/** Who uses a name: a definition of the same scope, or what is outside of them all. */
type User = string | undefined;

interface Definition {
  readonly position: number;
  readonly users: Set<User>;
}

/** The names of one scope, and which of them are of use to whatever the scope is for. */
export class NameUses {
  readonly #definitions = new Map<string, Definition>();
  /** The definitions that need what is being looked at. */
  users: readonly User[] = [undefined];

  define(name: string, position: number): void {
    this.#definitions.set(name, { position, users: new Set() });
  }

  /** False if the name isn't of this scope. */
  use(name: string): boolean {
    const definition = this.#definitions.get(name);
    for (const user of this.users) definition?.users.add(user);
    return definition !== undefined;
  }

  has(name: string): boolean {
    return this.#definitions.has(name);
  }

  /** Whether a definition uses any other. */
  get isUsedWithin(): boolean {
    return [...this.#definitions.values()].some(({ users }) => users.size > 0);
  }

  /** Names that nothing needs: a definition that only unneeded ones use, or itself, is not needed either. */
  *unused(): Generator<readonly [name: string, position: number]> {
    const needed = new Set<User>([undefined]);
    for (let before = 0; before !== needed.size; ) {
      before = needed.size;
      for (const [name, { users }] of this.#definitions)
        if ([...users].some((user) => needed.has(user))) needed.add(name);
    }
    for (const [name, { position }] of this.#definitions) if (!needed.has(name)) yield [name, position];
  }
}
