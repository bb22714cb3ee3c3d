import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FileClosure } from "./file-closure.ts";

let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "tvix-closure-"));
});
afterAll(() => rmSync(root, { recursive: true }));

function write(path: string, text = ""): string {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

/** What a closure holds, below the root. */
function pathsOf(fill: (closure: FileClosure) => void, searchPath: { prefix: string; path: string }[] = []): string[] {
  const closure = new FileClosure({ searchPath, homeDirectory: join(root, "home") });
  fill(closure);
  return closure.paths().map((path) => path.replace(`${root}/`, ""));
}

const text = (source: string) => new TextEncoder().encode(source);

describe("FileClosure", () => {
  test("follows imports, and takes directories as a whole", () => {
    write("a/default.nix", "import ./one.nix ../b");
    write("a/one.nix", "[ ./data.txt ../c/two.nix ]");
    write("a/data.txt", "import ./secret.nix");
    write("b/default.nix", "import ../c/three.nix");
    write("c/two.nix", "./gone.nix");
    write("c/three.nix", "~/config.nix");
    write("home/config.nix", "1");
    expect(pathsOf((closure) => closure.addText(text("import ./a/one.nix"), root))).toEqual([
      "a/data.txt",
      "a/one.nix",
      "c/gone.nix",
      "c/two.nix",
    ]);
    expect(pathsOf((closure) => closure.add(join(root, "a")))).toEqual([
      "a",
      "b",
      "c/gone.nix",
      "c/three.nix",
      "c/two.nix",
      "home/config.nix",
    ]);
  });

  test("takes a symlink and what it leads to", () => {
    write("real/d/x.nix", "./y.nix");
    write("real/d/y.nix", "1");
    mkdirSync(join(root, "links"));
    symlinkSync("../real/d", join(root, "links/d"));
    expect(pathsOf((closure) => closure.addText(text("./links/d/x.nix"), root))).toEqual([
      "links/d",
      "real/d/x.nix",
      "real/d/y.nix",
    ]);
  });

  test("takes the directory where only the evaluation knows the rest", () => {
    write("p/q/r.nix", "1");
    expect(pathsOf((closure) => closure.addText(text("./p/q/${x}.nix"), root))).toEqual(["p/q"]);
    expect(pathsOf((closure) => closure.addText(text('./p + "/q/${x}.nix"'), root))).toEqual(["p"]);
  });

  test("takes the search path once something is looked up, and of a place for many names only those", () => {
    write("channels/n/default.nix", "<other>");
    write("channels/m/default.nix", "1");
    write("other/file.nix", "1");
    const searchPath = [
      { prefix: "", path: join(root, "channels") },
      { prefix: "other", path: join(root, "other") },
      { prefix: "url", path: "https://example.org/x.tar.gz" },
    ];
    expect(pathsOf((closure) => closure.addText(text("import <n/lib>"), root), searchPath)).toEqual([
      "channels/n",
      "other",
    ]);
    expect(pathsOf((closure) => closure.addText(text("1 + 1"), root), searchPath)).toEqual([]);
  });

  test("takes a large project as a whole", () => {
    write("large/flake.nix");
    for (let index = 0; index < 450; index++) write(`large/f/n${index}.nix`, `import ./n${index + 1}.nix`);
    expect(pathsOf((closure) => closure.add(join(root, "large/f/n0.nix")))).toEqual(["large"]);
  });

  test("leaves out the store, the root and what is no expression", () => {
    expect(pathsOf((closure) => closure.addText(text("[ /nix/store/x /. ]"), root))).toEqual([]);
    expect(pathsOf((closure) => closure.addText(text("./a )"), root))).toEqual([]);
  });
});
