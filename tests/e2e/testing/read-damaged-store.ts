import process from "node:process";
import { openTestStore, type ReadOutcome, readContents, type StoreInstances } from "./store-contents.ts";

/** What the parent asks for: compositions of instances that lie below `path`. */
export interface ReadRequest {
  readonly path: string;
  /** An intact store, and what joins it to the damaged one. */
  readonly second?: { readonly path: string; readonly type: "cache" | "combined" | "fanout" };
}

export type ReadAnswer =
  | ({ readonly opened: true } & ReadOutcome)
  | { readonly opened: false; readonly reason: string };

const partsOf = { cache: ["near", "far"], combined: ["near", "far"], fanout: [] } as const;

export function instancesOf(
  { path, second }: ReadRequest,
  at: (path: string, service: string) => object,
): StoreInstances {
  return (service) => {
    if (!second) return { root: at(path, service) };
    const { type } = second;
    const root =
      partsOf[type].length > 0
        ? { type, near: "near", far: "far", ...(type === "cache" ? { absent_for_ms: 0 } : {}) }
        : { type, to: ["near", "far"] };
    return { root, near: at(path, service), far: at(second.path, service) };
  };
}

/** Reads stores of the embedded technology in a process of its own: LMDB might end it. */
if (process.argv[1] === import.meta.filename)
  process.on("message", async (request: ReadRequest) => {
    let answer: ReadAnswer;
    try {
      await using store = await openTestStore(
        instancesOf(request, (path, service) => ({ type: "lmdb", path: `${path}/${service}` })),
      );
      answer = { opened: true, ...(await readContents(store)) };
    } catch (error) {
      answer = { opened: false, reason: error instanceof Error ? error.message : String(error) };
    }
    process.send?.(answer);
  });
