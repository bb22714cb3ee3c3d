import { mkdir, mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { CastoreServices } from "../../castore-services.ts";
import { createFileSystemView } from "../../file-system-view.ts";
import { importTree } from "../../import-tree.ts";
import type { Node } from "../../node.ts";
import { makeRoot, makeTree } from "../../testing/make-tree.ts";
import { openMemoryCastore } from "../../testing/memory-castore.ts";
import type { ImportProgress, ImportTotals } from "../import-progress.ts";
import { shell } from "../testing/shell.ts";
import { importGitTree } from "./import-git-tree.ts";

const root = await makeRoot();
afterAll(() => root.remove());

const repository = join(root.path, "repository");
const checkout = join(root.path, "checkout");
const as = "git -c user.name=a -c user.email=b";
let whole: Node;
beforeAll(async () => {
  await mkdir(repository);
  await makeTree(repository);
  shell(
    repository,
    `git init -q -b trunk .; git add .; ${as} commit -qm one; ${as} tag -am tagged tagged; ${as} tag -am twice twice tagged
     echo new > new; git add .; ${as} commit -qm two; git gc -q`,
  );
  shell(root.path, "mkdir checkout; git -C repository archive tagged | tar -x -C checkout");
  whole = await importTree(checkout, openMemoryCastore());
});

let services: CastoreServices;
let folder: string;
beforeEach(async () => {
  services = openMemoryCastore();
  folder = await mkdtemp(join(root.path, "case-"));
});

const idOf = (name: string, where = repository): string => shell(where, `git rev-parse '${name}'`);

describe("importGitTree()", () => {
  it("takes the tree of commits, tags and trees by id, and by name", async () => {
    for (const name of ["tagged", "tagged^{commit}", "tagged^{tree}", "twice"]) {
      expect(await importGitTree(services, repository, idOf(name))).toEqual(whole);
      expect(await importGitTree(services, repository, name)).toEqual(whole);
    }
    expect(await importGitTree(services, repository, idOf("trunk~1").slice(0, 12))).toEqual(whole);
    expect(await importGitTree(services, repository, "HEAD")).toMatchObject({
      size: whole.kind === "directory" ? whole.size + 1n : 0n,
    });
  });

  it("takes a tree within a tree, and a bare repository", async () => {
    const deep = await importTree(join(checkout, "deep"), openMemoryCastore());
    expect(await importGitTree(services, repository, "tagged:deep")).toEqual(deep);
    shell(root.path, "git clone -q --bare repository bare.git");
    expect(await importGitTree(services, join(root.path, "bare.git"), idOf("tagged:deep"))).toEqual(deep);
  });

  it("stores all files, whole", async () => {
    const node = await importGitTree(services, repository, "tagged");
    const view = createFileSystemView(services);
    for await (const entry of view.walk(node)) {
      if (entry.node.kind !== "file") continue;
      let size = 0n;
      for await (const piece of view.read(entry.node)) size += BigInt(piece.length);
      expect(size).toBe(entry.node.size);
    }
  });

  it("takes files as git has recorded them, whatever filters or replacements there are", async () => {
    shell(
      folder,
      `git init -q .; echo 'a eol=crlf export-subst' > .gitattributes; printf '$Format:%%H$\\n' > a; git add .; ${as} commit -qm one`,
    );
    const first = idOf("HEAD", folder);
    const node = await importGitTree(services, folder, first);
    const view = createFileSystemView(services);
    const file = await view.lookup(node, "a");
    if (file?.kind !== "file") throw new Error("it is no file");
    expect(Buffer.concat(await Array.fromAsync(view.read(file))).toString()).toBe("$Format:%H$\n");
    shell(folder, `echo b > b; git add .; ${as} commit -qm two; git replace ${first} HEAD`);
    expect(await importGitTree(services, folder, first)).toEqual(node);
  });

  it("takes trees of a repository with SHA-256 ids, and empty ones", async () => {
    shell(
      folder,
      `git init -q --object-format=sha256 .; ${as} commit -q --allow-empty -m empty; echo a > a; git add .; ${as} commit -qm one`,
    );
    expect(await importGitTree(services, folder, idOf("HEAD~1^{tree}", folder))).toMatchObject({ size: 0n });
    expect(await importGitTree(services, folder, idOf("HEAD", folder))).toMatchObject({ size: 1n });
  });

  it("refuses submodules with their path, or makes them empty directories as a checkout has them", async () => {
    shell(
      folder,
      `git init -q .; mkdir d; ${as} -c protocol.file.allow=always submodule --quiet add ${repository} d/sub; ${as} commit -qm one
       mkdir out; git archive HEAD | tar -x -C out`,
    );
    await expect(importGitTree(services, folder, "HEAD")).rejects.toMatchObject({
      code: "invalid-argument",
      message: `Cannot import "d/sub" of git tree HEAD: it is a submodule, commit ${idOf("HEAD")} of another repository`,
    });
    expect(await importGitTree(services, folder, "HEAD", { submodules: "empty" })).toEqual(
      await importTree(join(folder, "out"), services),
    );
  });

  it.for(["0".repeat(40), "absent", "", "a\nb", "--help", "tagged:absent"])(
    "refuses %j, which names nothing",
    async (name) => {
      await expect(importGitTree(services, repository, name)).rejects.toMatchObject({
        code: "not-found",
        message: expect.stringContaining(`in git repository ${repository}: `),
      });
    },
  );

  it("says what it needs of a blob's id, of a folder that is no repository, and of none", async () => {
    await expect(importGitTree(services, repository, "tagged:plain")).rejects.toThrow("it is a file, not a tree");
    await expect(importGitTree(services, "/", "HEAD")).rejects.toMatchObject({
      code: "failed-precondition",
      message: expect.stringMatching(/Cannot read git repository \/: .*not a git repository/),
    });
    await expect(importGitTree(services, join(folder, "absent"), "HEAD")).rejects.toThrow("No such file or directory");
  });

  it("names an object that is missing, and stores nothing", async () => {
    shell(folder, `git init -q .; echo a > a; echo b > b; git add .; ${as} commit -qm one`);
    const id = idOf("HEAD:b", folder);
    shell(folder, `rm -f .git/objects/${id.slice(0, 2)}/${id.slice(2)}`);
    await expect(importGitTree(services, folder, "HEAD")).rejects.toMatchObject({
      code: "not-found",
      message: `Cannot import "b" of git tree HEAD: the repository lacks its object ${id}`,
    });
  });

  it("tells how much there is, and how far it is", async () => {
    const seen: ImportProgress[] = [];
    let totals: ImportTotals | undefined;
    await importGitTree(services, repository, "tagged", {
      onTotals: (all) => {
        totals = all;
      },
      onProgress: (progress) => void seen.push(progress),
    });
    expect(seen.at(-1)).toMatchObject({ ...totals });
    expect(totals?.bytes).toBeGreaterThan(3_000_000);
  });

  it("stops when it is aborted", async () => {
    const controller = new AbortController();
    const onProgress = (): void => controller.abort(new Error("enough"));
    await expect(
      importGitTree(services, repository, "HEAD", { signal: controller.signal, onProgress }),
    ).rejects.toThrow("enough");
  });
});
