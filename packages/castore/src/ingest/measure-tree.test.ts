import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { importTree } from "../import-tree.ts";
import { makeRoot, makeTree } from "../testing/make-tree.ts";
import { openMemoryCastore } from "../testing/memory-castore.ts";
import type { ImportProgress } from "./import-progress.ts";
import { measureTree } from "./measure-tree.ts";

const root = await makeRoot();
afterAll(() => root.remove());

describe("measureTree()", () => {
  it("answers what an import has done in the end", async () => {
    const tree = join(root.path, "tree");
    await mkdir(tree);
    await makeTree(tree);
    let progress: ImportProgress | undefined;
    const onProgress = (now: ImportProgress): void => {
      progress = now;
    };
    await importTree(tree, openMemoryCastore(), { onProgress });
    expect(progress).toMatchObject({ ...(await measureTree(tree)) });
  });

  it("answers nothing where nothing is, and when it is aborted", async () => {
    expect(await measureTree(join(root.path, "absent"))).toBeUndefined();
    expect(await measureTree("/", { signal: AbortSignal.timeout(1) })).toBeUndefined();
  });
});
