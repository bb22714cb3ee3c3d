import { type CallOptions, ServiceError } from "@tvix-mesh/service";
import type { CastoreServices } from "../castore-services.ts";
import { Directory } from "../directory.ts";
import type { DirectoryPutter } from "../directory-service/directory-service.ts";
import { displayBytes } from "../display-bytes.ts";
import type { FileNode, NamedNode, Node, SymlinkNode } from "../node.ts";
import { checkNodeName } from "../node-name.ts";

type Leaf = FileNode | SymlinkNode;
type DraftDirectory = Map<string, Leaf | DraftDirectory>;
type Path = readonly Uint8Array[];

const slash = 0x2f;
const keyOf = (name: Uint8Array): string => Buffer.from(name).toString("latin1");
const nameOf = (key: string): Uint8Array => new Uint8Array(Buffer.from(key, "latin1"));

function inTheWay(path: Path, what: string): ServiceError {
  const text = Buffer.concat(path.flatMap((name, index) => (index === 0 ? [name] : [Uint8Array.of(slash), name])));
  return new ServiceError(
    "invalid-argument",
    `Cannot import ${displayBytes(text)}: it is a ${what} and something else`,
  );
}

/**
 * A tree in the making, of which everything but the directories is stored. Entries come in any order, parents are made
 * as needed, and of two entries of a path the later one counts.
 */
export class TreeDraft {
  readonly #root: DraftDirectory = new Map();

  /** Is there nothing in it? */
  get isEmpty(): boolean {
    return this.#root.size === 0;
  }

  /** Makes a directory, in the place of a file or symbolic link if need be. What it holds already stays. */
  addDirectory(path: Path): void {
    const last = path.at(-1);
    if (!last) return;
    checkNodeName(last);
    const parent = this.#parentOf(path);
    if (!(parent.get(keyOf(last)) instanceof Map)) parent.set(keyOf(last), new Map());
  }

  /** Puts a file or symbolic link into its place, which a directory may have only if it is empty. */
  add(path: Path, node: Leaf): void {
    const last = path.at(-1);
    if (!last) throw new ServiceError("invalid-argument", `Cannot import a tree whose root is a ${node.kind}`);
    checkNodeName(last);
    const parent = this.#parentOf(path);
    const there = parent.get(keyOf(last));
    if (there instanceof Map && there.size > 0) throw inTheWay(path, "directory");
    parent.set(keyOf(last), node);
  }

  /** The file or symbolic link at that path. */
  leaf(path: Path): Leaf | undefined {
    let entry: Leaf | DraftDirectory | undefined = this.#root;
    for (const name of path) entry = entry instanceof Map ? entry.get(keyOf(name)) : undefined;
    return entry instanceof Map ? undefined : entry;
  }

  /** The only thing at the top; undefined if there is none or several. */
  async storeOnly(services: Pick<CastoreServices, "directories">, options: CallOptions): Promise<Node | undefined> {
    const [only] = this.#root.values();
    return only && this.#root.size === 1 ? await store(only, services, options) : undefined;
  }

  /** Stores the directories, children first, and answers the root. */
  async store(services: Pick<CastoreServices, "directories">, options: CallOptions): Promise<Node> {
    return await store(this.#root, services, options);
  }

  #parentOf(path: Path): DraftDirectory {
    let directory = this.#root;
    for (let index = 0; index < path.length - 1; index += 1) {
      const key = keyOf(path[index] as Uint8Array);
      const found = directory.get(key);
      if (found instanceof Map) directory = found;
      else if (found) throw inTheWay(path.slice(0, index + 1), found.kind);
      else {
        checkNodeName(path[index] as Uint8Array);
        const made: DraftDirectory = new Map();
        directory.set(key, made);
        directory = made;
      }
    }
    return directory;
  }
}

async function store(
  draft: Leaf | DraftDirectory,
  { directories }: Pick<CastoreServices, "directories">,
  options: CallOptions,
): Promise<Node> {
  if (!(draft instanceof Map)) return draft;
  await using putter = await directories.openPutter(options);
  const node = await putDirectory(draft, putter);
  await putter.close();
  return node;
}

async function putDirectory(draft: DraftDirectory, putter: DirectoryPutter): Promise<Node> {
  const entries: NamedNode[] = [];
  for (const [key, entry] of draft)
    entries.push({ name: nameOf(key), node: entry instanceof Map ? await putDirectory(entry, putter) : entry });
  const directory = Directory.of(entries);
  await putter.put(directory);
  return directory.toNode();
}
