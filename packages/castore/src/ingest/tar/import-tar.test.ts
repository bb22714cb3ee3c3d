import { createReadStream } from "node:fs";
import { mkdir, mkdtemp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { BlobService } from "../../blob-service/blob-service.ts";
import type { CastoreServices } from "../../castore-services.ts";
import type { DirectoryService } from "../../directory-service/directory-service.ts";
import { importTree } from "../../import-tree.ts";
import type { Node } from "../../node.ts";
import { makeRoot, makeTree } from "../../testing/make-tree.ts";
import { openMemoryCastore } from "../../testing/memory-castore.ts";
import type { ImportProgress } from "../import-progress.ts";
import { inPieces, shell } from "../testing/shell.ts";
import { type ImportTarOptions, importTar } from "./import-tar.ts";

const root = await makeRoot();
afterAll(() => root.remove());

/** A tree of everything, packed by several names and formats. */
const tree = join(root.path, "tree");
let whole: Node;
beforeAll(async () => {
  await mkdir(tree);
  await makeTree(tree);
  shell(
    tree,
    `ln plain twin; ln tool deep/tool; ln -P dangling other-dangling
     long=$(printf 'l%.0s' {1..120}); mkdir -p $long/$long; echo long > $long/$long/$long; ln -s $long/$long/$long link
     truncate -s 3M hole; truncate -s 5M holes; for at in {0..70}; do printf $at | dd of=holes bs=1 seek=$((at * 65536)) conv=notrunc status=none; done`,
  );
  whole = await importTree(tree, openMemoryCastore());
});

let services: CastoreServices;
let folder: string;
beforeEach(async () => {
  services = openMemoryCastore();
  folder = await mkdtemp(join(root.path, "case-"));
});

const archived = (path = join(folder, "a.tar"), options: ImportTarOptions = {}): Promise<Node> =>
  importTar(services, createReadStream(path), options);

/** What tar itself makes of an archive. */
async function unpacked(options = ""): Promise<Node> {
  shell(folder, `rm -rf unpacked; mkdir unpacked; tar -xf a.tar -C unpacked ${options}`);
  return await importTree(join(folder, "unpacked"), services);
}

describe("importTar()", () => {
  it.for([
    "--format=gnu",
    "--format=oldgnu",
    "--format=pax",
    "--format=gnu -S",
    "--format=oldgnu -S",
    "--format=pax -S --sparse-version=0.0",
    "--format=pax -S --sparse-version=0.1",
    "--format=pax -S --sparse-version=1.0",
    "--format=gnu --label=volume",
    "--format=gnu --listed-incremental=snapshot",
  ])("takes what tar %s has packed", async (options) => {
    shell(folder, `tar ${options} -cf a.tar -C ${tree} .`);
    expect(await archived()).toEqual(whole);
    const bytes = await readFile(join(folder, "a.tar"));
    expect(await importTar(services, inPieces(bytes, 997))).toEqual(whole);
  });

  it.for(["ustar", "v7"])("takes what tar --format=%s can pack", async (format) => {
    shell(folder, `tar --format=${format} -cf a.tar -C ${tree} --exclude='lll*' --exclude=link --exclude='xxx*' .`);
    expect(await archived()).toEqual(await unpacked());
  });

  it.for([
    ["children before their directories", "mkdir -p d/e; echo 1 > d/e/f; tar --no-recursion -cf a.tar d/e/f d/e d"],
    ["directories that no entry names", "mkdir -p d/e; echo 1 > d/e/f; tar -cf a.tar d/e/f"],
    ["the later of two files", "echo 1 > f; tar -cf a.tar f; echo 2 > f; chmod +x f; tar -rf a.tar ./f"],
    ["a link to what is replaced later", "echo 1 > f; ln f g; tar -cf a.tar f g; rm f; echo 2 > f; tar -rf a.tar f"],
    ["a directory in a file's place", "echo 1 > a; tar -cf a.tar a; rm a; mkdir a; echo 2 > a/b; tar -rf a.tar a"],
    ["a directory in a link's place", "ln -s . a; tar -cf a.tar a; rm a; mkdir a; echo 2 > a/b; tar -rf a.tar a"],
    ["a file in an empty directory's place", "mkdir a; tar -cf a.tar a; rmdir a; echo 1 > a; tar -rf a.tar a"],
    ["a directory twice", "mkdir a; echo 1 > a/b; tar -cf a.tar a; rm a/b; echo 2 > a/c; tar -rf a.tar a"],
    ["nothing but a directory", "mkdir a; tar -cf a.tar -C a ."],
    ["nothing", "tar -cf a.tar -T /dev/null"],
    ["no end", "echo 1 > f; tar -b1 -cf b.tar f; head -c 1024 b.tar > a.tar"],
    ["more behind the end", "echo 1 > f; tar -cf a.tar f; head -c 2000000 /dev/urandom >> a.tar"],
    [
      "what git archives",
      "git init -q .; echo 1 > f; git add f; git -c user.name=a -c user.email=b commit -qm c; git archive HEAD > a.tar",
    ],
  ] as const)("makes of %s what tar makes of it", async ([, script]) => {
    shell(folder, `mkdir in; cd in; ${script}; mv a.tar ..`);
    expect(await archived()).toEqual(await unpacked());
  });

  it("leaves out leading names as tar does", async () => {
    shell(folder, "mkdir -p t/a; echo 1 > t/a/f; ln t/a/f t/g; echo 2 > h; tar --sort=name -cf a.tar ./h t");
    for (const count of [0, 1, 2])
      expect(await archived(undefined, { stripComponents: count })).toEqual(
        await unpacked(`--strip-components=${count}`),
      );
    await expect(archived(undefined, { stripComponents: 3 })).rejects.toThrow("nothing is left");
  });

  it("answers the only thing at the top if asked", async () => {
    shell(
      folder,
      "mkdir t; echo 1 > t/f; tar -cf a.tar t; tar -cf f.tar -C t f; tar -cf 2.tar t a.tar; tar -cf 0.tar -T /dev/null",
    );
    const only = (name: string) => archived(join(folder, name), { isStripped: true });
    expect(await only("a.tar")).toEqual(await importTree(join(folder, "t"), services));
    expect(await only("f.tar")).toMatchObject({ kind: "file", size: 2n });
    for (const name of ["2.tar", "0.tar"])
      await expect(only(name)).rejects.toThrow("an unexpected number of top-level files");
  });

  it.for([
    ['Cannot import "/etc/hostname" from archive: the path is absolute', "tar -cPf a.tar /etc/hostname"],
    ['"../f" from archive: the path leads out of the archive', "echo > f; mkdir d; cd d; tar -cPf ../a.tar ../f"],
    ['"d/../f" from archive: the path leads out of the archive', "echo > f; mkdir d; tar -cPf a.tar d/../f"],
    ['"d/fifo" from archive: it is a FIFO', "mkdir d; mkfifo d/fifo; tar -cf a.tar d"],
    ['"null" from archive: it is a character device', "tar -cf a.tar -C /dev null"],
    [
      '"g" from archive: it is a hard link to "f", which has not come before it',
      "echo > f; ln f g; tar -cf a.tar f g; tar --delete -f a.tar f",
    ],
    [
      '"b" from archive: the path of what it is a link to, "/a", is absolute',
      "echo > a; ln a b; tar -cPf a.tar --transform 's,^a$,/a,RSh' a b",
    ],
    [
      '"a": it is a symlink and something else',
      "ln -s /etc a; tar -cf a.tar a; rm a; mkdir a; echo > a/b; tar -rf a.tar a/b",
    ],
    ['"a": it is a file and something else', "echo > a; tar -cf a.tar a; rm a; mkdir a; echo > a/b; tar -rf a.tar a/b"],
    [
      '"a/b": it is a directory and something else',
      "mkdir -p a/b/c; tar -cf a.tar a; rm -r a/b; echo > a/b; tar -rf a.tar a/b",
    ],
    ["it is a part of a file that another volume begins", "seq 9999 > f; echo y | tar -M -L 20 -cf b.tar -f a.tar f"],
    ["the path is 5001 bytes long", "echo > f; tar -cf a.tar --transform \"s,^,$(printf 'p/%.0s' {1..2499})p/,\" f"],
    ["300 bytes long, more than 255", "echo > f; tar -cf a.tar --transform \"s,^.*,$(printf 'p%.0s' {1..300}),\" f"],
    ["Cannot read archive: it is empty", ": > a.tar"],
    ["Cannot read archive: it is no tar archive", "echo short > a.tar"],
    ["Cannot read archive: it is no tar archive", "seq 9999 > a.tar"],
    ["it holds more than 999 bytes", "seq 999 > f; tar -cf a.tar f"],
    ["it holds more than 99 entries", "touch {1..100}; tar -cf a.tar *"],
  ] as const)("refuses: %s", async ([reason, script]) => {
    shell(folder, script);
    const limits = reason.includes("more than 9") ? { maxBytes: 999, maxEntries: 99 } : {};
    await expect(archived(undefined, limits)).rejects.toThrow(reason);
  });

  it("refuses a device that would come to be by its kind", async () => {
    shell(folder, "tar -cf a.tar -C /dev null; printf 4 | dd of=a.tar bs=1 seek=156 conv=notrunc status=none");
    // The type is part of the checksum.
    shell(
      folder,
      "printf '%06o' $((8#$(dd if=a.tar bs=1 skip=148 count=6 status=none) + 1)) | dd of=a.tar bs=1 seek=148 conv=notrunc status=none",
    );
    await expect(archived()).rejects.toThrow('"null" from archive: it is a block device');
  });

  it("stores no directory of an archive that is cut off, wherever that is", async () => {
    shell(folder, "mkdir d; seq 999 > d/a; seq 99 > d/b; tar --format=pax -cf a.tar d");
    const bytes = await readFile(join(folder, "a.tar"));
    let put = 0;
    const directories: DirectoryService = {
      ...services.directories,
      openPutter: (options) => {
        put += 1;
        return services.directories.openPutter(options);
      },
    };
    const contentEnd = bytes.findLastIndex((byte) => byte !== 0) + 1;
    for (let length = 1; length < contentEnd; length += 61) {
      if (length % 512 === 0) continue;
      const cut = importTar({ ...services, directories }, inPieces(bytes.subarray(0, length), 400));
      await expect(cut).rejects.toMatchObject({ code: "invalid-argument" });
    }
    expect(put).toBe(0);
  });

  it.for(["gnu", "pax"])("knows sizes beyond 8 GiB in the headers of tar --format=%s", async (format) => {
    shell(folder, `truncate -s 9G f; (tar --format=${format} -cf - f || true) | head -c 4096 > a.tar`);
    const sizeBytes = 9 * 1024 ** 3;
    await expect(archived(undefined, { maxBytes: sizeBytes - 1 })).rejects.toThrow(`more than ${sizeBytes - 1} bytes`);
    await expect(archived(undefined, { maxBytes: sizeBytes })).rejects.toThrow(
      '"f" from archive: the archive is cut off',
    );
  });

  it("names where a header is damaged", async () => {
    shell(
      folder,
      "echo > a; echo > b; tar -cf a.tar a b; printf X | dd of=a.tar bs=1 seek=1030 conv=notrunc status=none",
    );
    await expect(archived()).rejects.toThrow("Cannot read archive: the header at byte 1024 is damaged");
  });

  it("refuses sparse files whose maps are damaged", async () => {
    shell(folder, "truncate -s 100k f; echo x | dd of=f bs=1 seek=70000 conv=notrunc status=none");
    for (const [version, digits] of [
      ["0.0", "GNU.sparse.offset="],
      ["0.1", "GNU.sparse.map="],
      ["1.0", "1\n"],
    ] as const) {
      shell(folder, `rm -f a.tar; tar --format=pax -S --sparse-version=${version} -cf a.tar f`);
      const bytes = await readFile(join(folder, "a.tar"));
      for (const digit of ["9", "x"]) {
        const damaged = Buffer.from(bytes);
        damaged.write(digit, damaged.indexOf(digits) + digits.length);
        await expect(importTar(services, inPieces(damaged, 512))).rejects.toMatchObject({ code: "invalid-argument" });
      }
    }
  });

  it("doesn't read on while the store takes a large file", async () => {
    shell(folder, "truncate -s 20M f; tar -cf a.tar f");
    const bytes = await readFile(join(folder, "a.tar"));
    let taken = 0;
    async function* archive() {
      for await (const piece of inPieces(bytes, 65_536)) {
        taken += piece.length;
        yield piece;
      }
    }
    const gate = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    const blobs: BlobService = {
      ...services.blobs,
      async openWrite(options) {
        const writer = await services.blobs.openWrite(options);
        const write = async (data: Uint8Array): Promise<void> => {
          reached.resolve();
          await gate.promise;
          await writer.write(data);
        };
        return { write, close: () => writer.close(), [Symbol.asyncDispose]: () => writer[Symbol.asyncDispose]() };
      },
    };
    const done = importTar({ ...services, blobs }, archive());
    await reached.promise;
    await new Promise(setImmediate);
    expect(taken).toBeLessThanOrEqual(131_072);
    gate.resolve();
    expect(await done).toEqual(await unpacked());
  });

  it("tells of its progress, within large files too", async () => {
    shell(folder, `tar -cf a.tar -C ${tree} .`);
    const seen: ImportProgress[] = [];
    const onProgress = (progress: ImportProgress): void => void seen.push(progress);
    await archived(undefined, { onProgress });
    expect(String(seen.at(-1)?.entries)).toBe(shell(folder, "tar -tf a.tar | wc -l"));
    expect(seen.at(-1)).toMatchObject({ underWayBytes: 0 });
    const done = seen.map(({ bytes, underWayBytes }) => bytes + underWayBytes);
    expect(done).toEqual([...done].sort((one, other) => one - other));
    expect(seen.length).toBeGreaterThan((seen.at(-1)?.entries ?? 0) + 5);
  });

  it("stops when it is aborted", async () => {
    shell(folder, "touch {1..10}; tar -cf a.tar *");
    const controller = new AbortController();
    const onProgress = (): void => controller.abort(new Error("enough"));
    await expect(archived(undefined, { signal: controller.signal, onProgress })).rejects.toThrow("enough");
  });
});
