import { createReadStream } from "node:fs";
import { mkdtemp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeRoot } from "../../testing/make-tree.ts";
import { inPieces, shell } from "../testing/shell.ts";
import { decompress } from "./decompress.ts";

const root = await makeRoot();
afterAll(() => root.remove());

let folder: string;
let plain: Buffer;
beforeAll(async () => {
  folder = await mkdtemp(join(root.path, "case-"));
  shell(folder, "seq 1 100000 > a; seq 7 90000 > b; cat a b > ab; : > empty");
  plain = await readFile(join(folder, "ab"));
});

async function decompressed(name: string): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(decompress(createReadStream(join(folder, name)))));
}

const programs = [
  ["gzip", "gzip -c"],
  ["bzip2", "bzip2 -c"],
  ["xz", "xz -c"],
  ["zstd", "zstd -qc"],
] as const;

describe("decompress()", () => {
  it.for(programs)("undoes what %s does, once or several times in a row", async ([name, command]) => {
    shell(
      folder,
      `${command} ab > ab.${name}; (${command} a; ${command} b) > two.${name}; ${command} empty > 0.${name}`,
    );
    expect((await decompressed(`ab.${name}`)).equals(plain)).toBe(true);
    expect((await decompressed(`two.${name}`)).equals(plain)).toBe(true);
    expect(await decompressed(`0.${name}`)).toHaveLength(0);
    const bytes = await readFile(join(folder, `ab.${name}`));
    const pieces = await Array.fromAsync(decompress(inPieces(bytes, 997)));
    expect(Buffer.concat(pieces).equals(plain)).toBe(true);
  });

  it.for([
    ["zstd frames that are to be skipped", "printf '\\x5f\\x2a\\x4d\\x18\\x04\\0\\0\\0abcd' | cat - <(zstd -qc ab)"],
    ["zstd with a long window", "zstd -qc --long=27 ab"],
    ["xz in several blocks", "xz -c -T2 --block-size=100000 ab"],
    ["xz with padding between streams", "xz -c a; head -c 4 /dev/zero; xz -c b"],
    ["xz without a check", "xz -c --check=none ab"],
    ["gzip with zeros behind it", "gzip -c ab; head -c 512 /dev/zero"],
  ] as const)("takes %s", async ([, script]) => {
    shell(folder, `(${script}) > it`);
    expect((await decompressed("it")).equals(plain)).toBe(true);
  });

  it.for(programs)("refuses what %s has written if it is cut off or damaged", async ([name, command]) => {
    shell(folder, `${command} ab > ab.${name}`);
    const bytes = await readFile(join(folder, `ab.${name}`));
    const damaged = Buffer.from(bytes);
    const middle = bytes.length >> 1;
    damaged[middle] = ~(damaged[middle] as number);
    for (const bad of [bytes.subarray(0, middle), bytes.subarray(0, -3), damaged])
      await expect(Array.fromAsync(decompress(inPieces(bad, 4096)))).rejects.toMatchObject({
        code: "invalid-argument",
        message: `Cannot decompress ${name} data: it is damaged or cut off`,
      });
  });

  it.for(["--check=sha256", "--x86 --lzma2"])("says that xz %s is not supported", async (options) => {
    shell(folder, `xz -c ${options} ab > it`);
    await expect(decompressed("it")).rejects.toMatchObject({ code: "unimplemented" });
  });

  it("refuses zip files, and takes everything else as it is", async () => {
    await expect(Array.fromAsync(decompress(inPieces(Buffer.from("PK\x03\x04..."), 3)))).rejects.toThrow("zip files");
    const name = Buffer.from("BZhang/a name at the front of a tar archive");
    expect(Buffer.concat(await Array.fromAsync(decompress(inPieces(name, 5))))).toEqual(name);
    expect(await decompressed("a")).toEqual(await readFile(join(folder, "a")));
    expect(await decompressed("empty")).toHaveLength(0);
  });

  it.for(programs)("fails as its source does amid what %s has written", async ([name, command]) => {
    shell(folder, `${command} ab > ab.${name}`);
    const failure = new Error("the disk is gone");
    async function* failing() {
      yield* inPieces((await readFile(join(folder, `ab.${name}`))).subarray(0, 9000), 4096);
      throw failure;
    }
    await expect(Array.fromAsync(decompress(failing()))).rejects.toBe(failure);
  });
});
