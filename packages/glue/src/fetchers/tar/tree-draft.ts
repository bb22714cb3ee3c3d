import type { CastoreServices } from "@tvix-mesh/castore";
import { Directory, type DirectoryPutter, type NamedNode, type Node } from "@tvix-mesh/castore";
import { bytesFromByteString } from "@tvix-mesh/eval";
import { type CallOptions, ServiceError } from "@tvix-mesh/service";

type Leaf = Exclude<Node, { readonly kind: "directory" }>;
type DraftDirectory = Map<string, Leaf | DraftDirectory>;

/** A tree in the making: entries come in any order, parents are made as needed, what comes last counts. Names are byte strings. */
export class TreeDraft {
  readonly #root: DraftDirectory = new Map();

  /** The directory of that name, made if it isn't there. `invalid-argument` if something else is in its way. */
  #directory(names: readonly string[]): DraftDirectory {
    let directory = this.#root;
    for (const [index, name] of names.entries()) {
      const found = directory.get(name);
      if (found instanceof Map) directory = found;
      else if (found) throw inTheWay(names.slice(0, index + 1), found.kind);
      else {
        const made: DraftDirectory = new Map();
        directory.set(name, made);
        directory = made;
      }
    }
    return directory;
  }

  addDirectory(names: readonly string[]): void {
    this.#directory(names);
  }

  /** Puts a file or symlink in its place, which must not be a directory's. */
  add(names: readonly string[], node: Leaf): void {
    const name = names.at(-1);
    if (name === undefined)
      throw new ServiceError("invalid-argument", `Cannot unpack archive: its root is a ${node.kind}`);
    const parent = this.#directory(names.slice(0, -1));
    if (parent.get(name) instanceof Map) throw inTheWay(names, "directory");
    parent.set(name, node);
  }

  /** The file or symlink of that name. */
  leaf(names: readonly string[]): Leaf | undefined {
    let entry: Leaf | DraftDirectory | undefined = this.#root;
    for (const name of names) entry = entry instanceof Map ? entry.get(name) : undefined;
    return entry instanceof Map ? undefined : entry;
  }

  /** Stores the directories, children first, and answers the root; with `isStripped` the only thing that it holds. */
  async store(
    { directories }: Pick<CastoreServices, "directories">,
    isStripped: boolean,
    options: CallOptions,
  ): Promise<Node> {
    const [only] = this.#root.values();
    if (isStripped && (this.#root.size !== 1 || !only))
      throw new ServiceError("failed-precondition", "it contains an unexpected number of top-level files");
    const root = isStripped && only ? only : this.#root;
    if (!(root instanceof Map)) return root;
    await using putter = await directories.openPutter(options);
    const node = await storeDirectory(root, putter);
    await putter.close();
    return node;
  }
}

async function storeDirectory(draft: DraftDirectory, putter: DirectoryPutter): Promise<Node> {
  const entries: NamedNode[] = [];
  for (const [name, entry] of draft)
    entries.push({
      name: bytesFromByteString(name),
      node: entry instanceof Map ? await storeDirectory(entry, putter) : entry,
    });
  const directory = Directory.of(entries);
  await putter.put(directory);
  return directory.toNode();
}

function inTheWay(names: readonly string[], what: string): ServiceError {
  return new ServiceError(
    "invalid-argument",
    `Cannot unpack archive: ${JSON.stringify(names.join("/"))} is a ${what} and something else`,
  );
}
