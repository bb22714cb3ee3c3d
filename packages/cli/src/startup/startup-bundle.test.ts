import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type BundleManifest, findCurrentBundle, lookAt, manifestName, root } from "./startup-bundle.ts";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "tvix-startup-"));
});

afterEach(() => rmSync(directory, { recursive: true }));

function write(manifest: Partial<BundleManifest>): void {
  const whole = { root, node: process.version, directory: "code", files: [lookAt("package.json")], ...manifest };
  writeFileSync(join(directory, manifestName), JSON.stringify(whole));
}

describe("findCurrentBundle", () => {
  it("finds none where none was made", () => expect(findCurrentBundle(directory)).toBeUndefined());

  it("finds the one that was made of the sources as they are", () => {
    write({});
    expect(findCurrentBundle(directory)).toBe(join(directory, "code"));
  });

  it.each([
    ["has another size", { ...lookAt("package.json"), sizeBytes: 1 }],
    ["was modified", { ...lookAt("package.json"), modifiedMs: 1 }],
    ["is gone", { ...lookAt("package.json"), path: "no-such-file" }],
  ])("passes over one when a source %s", (_, file) => {
    write({ files: [lookAt("Makefile"), file] });
    expect(findCurrentBundle(directory)).toBeUndefined();
  });

  it("passes over one for another Node.js", () => {
    write({ node: "v0.0.0" });
    expect(findCurrentBundle(directory)).toBeUndefined();
  });

  it("passes over one that was made where the repository was before", () => {
    write({ root: "/elsewhere" });
    expect(findCurrentBundle(directory)).toBeUndefined();
  });

  it("passes over a manifest that was cut off", () => {
    writeFileSync(join(directory, manifestName), "{");
    expect(findCurrentBundle(directory)).toBeUndefined();
  });
});
