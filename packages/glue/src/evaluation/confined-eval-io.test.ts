import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLocalEvalIO, EvalIOError } from "@tvix-mesh/eval";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { ConfinedEvalIO, type VisibleRoot } from "./confined-eval-io.ts";

const directory = mkdtempSync(join(tmpdir(), "confined-"));
const program = join(directory, "program");
writeFileSync(program, "hello");
afterAll(() => rmSync(directory, { recursive: true }));

/** One file of a client's, whose directory has a second name there: `/bin` leads to `/usr/bin`. */
const roots: readonly VisibleRoot[] = [
  { path: "/bin", localPath: join(directory, "absent"), isImmutable: true, linkTarget: "usr/bin" },
  { path: "/usr/bin/program", localPath: program, isImmutable: true },
];

describe("ConfinedEvalIO", () => {
  let io: ConfinedEvalIO;
  beforeEach(() => {
    io = new ConfinedEvalIO(createLocalEvalIO({ environment: {}, homeDirectory: "/" }));
    io.confine(roots);
  });

  it.each(["/usr/bin/program", "/bin/program"])("shows a file by the name %s, through a symlink or not", (path) => {
    expect(io.fileType(path)).toBe("regular");
    expect(io.pathExists(path)).toBe(true);
    expect(io.resolveSymlinks(path)).toBe("/usr/bin/program");
    expect(io.localPath(path)).toBe(program);
    expect(Buffer.from(io.readFile(path)).toString()).toBe("hello");
  });

  it("resolves directories above what is visible, and lists none of them", () => {
    expect(io.fileType("/bin")).toBe("symlink");
    expect(io.resolveSymlinks("/bin")).toBe("/usr/bin");
    expect(io.resolveSymlinks("/usr")).toBe("/usr");
    expect(() => io.readDir("/usr/bin")).toThrow(EvalIOError);
  });

  it.each(["/usr/bin/other", "/bin/other", "/etc/passwd"])("forbids %s", (path) => {
    expect(() => io.readFile(path)).toThrow("is forbidden in restricted mode");
  });

  it("ends where symlinks lead in a circle", () => {
    const link = (path: string, linkTarget: string) => ({ path, localPath: program, isImmutable: true, linkTarget });
    io.confine([link("/a", "b"), link("/b", "/a")]);
    expect(() => io.readFile("/a")).toThrow("too many symlinks");
  });
});
