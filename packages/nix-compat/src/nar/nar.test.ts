import { hash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { FormatError } from "../format-error.ts";
import { encodeNar } from "./encode-nar.ts";
import { NarEncoder } from "./nar-encoder.ts";
import type { NarEvent } from "./nar-event.ts";
import { encodeNarStrings } from "./nar-format.ts";
import { readNar } from "./read-nar.ts";

type Tree = string | Uint8Array | { target: Uint8Array } | { executable: string } | Map<Uint8Array, Tree>;

const latin1 = (text: string) => new Uint8Array(Buffer.from(text, "latin1"));
const directory = (entries: Record<string, Tree>): Tree =>
  new Map(
    Object.keys(entries)
      .sort()
      .map((name) => [latin1(name), entries[name]!]),
  );

/** The same tree as the one whose dump by `nix-store --dump` has the hash below. */
const tree = directory({
  a: directory({ b: directory({ c: directory({ eight: "12345678", nine: "123456789" }) }), empty: "" }),
  "a.txt": "after a, before a/",
  big: Uint8Array.from({ length: 200_001 }, (_, index) => (index * 7) & 255),
  "empty-dir": directory({}),
  link: { target: latin1("../\xffx") },
  [`${"n".repeat(255)}`]: "x",
  run: { executable: "#!/bin/sh\n" },
  "\xff\xfe": "no utf-8",
});
const treeSha256 = "645716a75871acceb09cfcaa49631b90419a4cb317852facf674d50493f0cb52";

async function* pieces(bytes: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

function* eventsOf(node: Tree, name?: Uint8Array): Generator<NarEvent> {
  if (node instanceof Map) {
    yield { kind: "directory", name };
    for (const [entryName, entry] of node) yield* eventsOf(entry, entryName);
    yield { kind: "directoryEnd" };
  } else if (typeof node === "object" && "target" in node) {
    yield { kind: "symlink", name, target: node.target };
  } else {
    const executable = typeof node === "object" && "executable" in node;
    const data = typeof node === "string" ? latin1(node) : "executable" in node ? latin1(node.executable) : node;
    yield { kind: "file", name, executable, sizeBytes: data.length, content: pieces(data, 70_000) };
  }
}

async function collect(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

async function describeEvents(archive: Uint8Array, pieceLength: number): Promise<string[]> {
  const lines: string[] = [];
  for await (const event of readNar(pieces(archive, pieceLength))) {
    if (event.kind === "directoryEnd") lines.push("end");
    else {
      const name = event.name === undefined ? "root" : Buffer.from(event.name).toString("latin1");
      if (event.kind === "directory") lines.push(`directory ${name}`);
      else if (event.kind === "symlink") lines.push(`symlink ${name} ${Buffer.from(event.target).toString("latin1")}`);
      else {
        const sha1 = hash("sha1", await collect(event.content)).slice(0, 8);
        lines.push(`file ${name} ${event.executable} ${event.sizeBytes} ${sha1}`);
      }
    }
  }
  return lines;
}

const encodeTree = (node: Tree) => collect(encodeNar(eventsOf(node)));
const sha256 = (bytes: Uint8Array) => hash("sha256", bytes);

describe("encodeNar()", () => {
  it("writes a tree as nix-store --dump does", async () => {
    expect(sha256(await encodeTree(tree))).toBe(treeSha256);
  });

  it("writes a file, a symlink and an empty directory as roots", async () => {
    expect(sha256(await encodeTree("foo"))).toBe("fe530adc3ab7112fc3463776359c73bb99de2a2b72115983a72d04effa656b21");
    expect(sha256(await encodeTree({ target: latin1("target") }))).toBe(
      "cb8c62caf2a8997b253ed067d456dab52f8e9814d710c4b3e21dc610c678c774",
    );
    expect((await encodeTree(directory({}))).toString("base64")).toBe(
      "DQAAAAAAAABuaXgtYXJjaGl2ZS0xAAAAAQAAAAAAAAAoAAAAAAAAAAQAAAAAAAAAdHlwZQAAAAAJAAAAAAAAAGRpcmVjdG9yeQAAAAAAAAABAAAAAAAAACkAAAAAAAAA",
    );
  });

  it("writes what readNar() read", async () => {
    expect(sha256(await collect(encodeNar(readNar(pieces(await encodeTree(tree), 4096)))))).toBe(treeSha256);
  });
});

describe("NarEncoder", () => {
  const fill = (encoder: NarEncoder) => {
    const data = latin1("0123456789");
    encoder.openDirectory();
    for (const name of ["a", "b"]) {
      const wanted = encoder.openFile(10, false, latin1(name));
      encoder.write(data.subarray(wanted.offset, wanted.offset + wanted.length));
      encoder.closeFile();
    }
    encoder.symlink(latin1("a"), latin1("c"));
    encoder.closeDirectory();
    return Buffer.concat(encoder.finish());
  };

  it("gives any range of the archive, asking only for the contents within", () => {
    const whole = fill(new NarEncoder());
    for (let offset = 0; offset <= whole.length; offset += 3) {
      for (const length of [0, 1, 100, 417, whole.length]) {
        const encoder = new NarEncoder({ offset, length });
        expect(fill(encoder).equals(whole.subarray(offset, offset + length))).toBe(true);
        expect(encoder.positionBytes).toBe(whole.length);
      }
    }
  });

  it("knows when its range is complete", () => {
    const encoder = new NarEncoder({ offset: 0, length: 100 });
    expect(encoder.isRangeComplete).toBe(false);
    encoder.openDirectory();
    encoder.openDirectory(latin1("a"));
    expect(encoder.isRangeComplete).toBe(true);
  });

  it("hands out long pieces in order and sizes beyond 4 GiB right", () => {
    const size = 5 * 2 ** 30 + 1;
    const encoder = new NarEncoder({ offset: 0, length: 200 });
    expect(encoder.openFile(size, false)).toEqual({ offset: 0, length: 200 - 96 });
    encoder.write(new Uint8Array(104));
    encoder.closeFile();
    expect(encoder.positionBytes).toBe(96 + size + 7 + 16);
    expect(Buffer.concat(encoder.finish()).readBigUInt64LE(88)).toBe(BigInt(size));
  });

  it.each<[string, (encoder: NarEncoder) => void, string]>([
    ["a named root", (encoder) => encoder.openDirectory(latin1("x")), 'its root has the name "x"'],
    [
      "two roots",
      (encoder) => {
        encoder.symlink(latin1("a"));
        encoder.symlink(latin1("a"));
      },
      "without an open",
    ],
    [
      "an entry without name",
      (encoder) => {
        encoder.openDirectory();
        encoder.openDirectory();
      },
      "an entry has no name",
    ],
    [
      "..",
      (encoder) => {
        encoder.openDirectory();
        encoder.openDirectory(latin1(".."));
      },
      'the name ".." is reserved',
    ],
    [
      "a slash",
      (encoder) => {
        encoder.openDirectory();
        encoder.openDirectory(latin1("a/b"));
      },
      "NUL or a slash",
    ],
    [
      "an empty name",
      (encoder) => {
        encoder.openDirectory();
        encoder.openDirectory(latin1(""));
      },
      "a name is empty",
    ],
    [
      "names out of order",
      (encoder) => {
        encoder.openDirectory();
        encoder.symlink(latin1("x"), latin1("b"));
        encoder.symlink(latin1("x"), latin1("b"));
      },
      'the name "b" comes after "b"',
    ],
    [
      "too much content",
      (encoder) => {
        encoder.openFile(1, false);
        encoder.write(latin1("ab"));
      },
      "1 are missing",
    ],
    [
      "missing content",
      (encoder) => {
        encoder.openFile(1, false);
        encoder.closeFile();
      },
      "1 bytes missing",
    ],
    [
      "an open directory",
      (encoder) => {
        encoder.openDirectory();
        encoder.finish();
      },
      "its root isn't complete",
    ],
    ["closing nothing", (encoder) => encoder.closeDirectory(), "no directory is open"],
    ["an empty target", (encoder) => encoder.symlink(latin1("")), "illegal symlink target"],
    ["a negative size", (encoder) => void encoder.openFile(-1, false), "-1 is no size"],
  ])("refuses %s", (_, write, reason) => {
    expect(() => write(new NarEncoder())).toThrow(reason);
  });
});

describe("readNar()", () => {
  it("gives the same events however the stream is cut", async () => {
    const archive = await encodeTree(tree);
    const events = await describeEvents(archive, archive.length);
    expect(events.filter((line) => !line.includes("nnn"))).toEqual([
      "directory root",
      "directory a",
      "directory b",
      "directory c",
      "file eight false 8 7c222fb2",
      "file nine false 9 f7c3bc1d",
      "end",
      "end",
      "file empty false 0 da39a3ee",
      "end",
      expect.stringMatching(/^file a.txt false 18 /),
      expect.stringMatching(/^file big false 200001 /),
      "directory empty-dir",
      "end",
      "symlink link ../\xffx",
      expect.stringMatching(/^file run true 10 /),
      expect.stringMatching(/^file \xff\xfe false 8 /),
      "end",
    ]);
    for (const length of [1, 7, 8, 13, 4096]) expect(await describeEvents(archive, length)).toEqual(events);
  });

  it("skips contents that weren't read, and tells the source when the reader stops", async () => {
    const archive = await encodeTree(tree);
    let kinds = "";
    for await (const event of readNar(pieces(archive, 1000))) {
      if (event.kind === "file") for await (const _ of event.content) break;
      kinds += event.kind[0];
    }
    expect(kinds).toBe("ddddffddfdffddsfffd");

    let closed = false;
    async function* source() {
      try {
        yield* pieces(archive, 100);
      } finally {
        closed = true;
      }
    }
    for await (const _ of readNar(source())) break;
    expect(closed).toBe(true);
  });

  const start = ["nix-archive-1", "(", "type"];
  const oneEntry = (...name: string[]) =>
    encodeNarStrings(...start, "directory", ...name.flatMap((text) => entry(text)), ")");
  const entry = (name: string) => [
    "entry",
    "(",
    "name",
    name,
    "node",
    "(",
    "type",
    "regular",
    "contents",
    "",
    ")",
    ")",
  ];
  const regular = encodeNarStrings(...start, "regular", "contents", "abc", ")");
  const flipped = (at: number) => regular.map((byte, index) => (index === at ? 1 : byte));

  it.each<[string, Uint8Array, string]>([
    ["another magic", encodeNarStrings("nix-archive-2"), 'expected "nix-archive-1", found "nix-archive-2"'],
    ["an endless tag", latin1("\xff".repeat(64)), "Cannot read NAR at byte 0: a tag of 18446744073709552000 bytes"],
    ["an unknown type", encodeNarStrings(...start, "device"), 'unknown type "device"'],
    ["no contents", encodeNarStrings(...start, "regular", ")"), 'expected "contents", found ")"'],
    ["a value of executable", encodeNarStrings(...start, "regular", "executable", "yes"), 'expected "", found "yes"'],
    ["padding that isn't zero", flipped(regular.length - 17), "at byte 99: padding that isn't zero"],
    ["padding of a tag", flipped(23), "at byte 21: padding that isn't zero"],
    ["bytes after the end", Buffer.concat([regular, latin1("x")]), "at byte 120: bytes after its end"],
    ["names out of order", oneEntry("b", "a"), 'the name "a" comes after "b"'],
    ["a name twice", oneEntry("a", "a"), 'the name "a" comes after "a"'],
    ["an empty name", oneEntry(""), "a name is empty"],
    ["the name .", oneEntry("."), 'the name "." is reserved'],
    ["the name ..", oneEntry(".."), 'the name ".." is reserved'],
    ["a slash", oneEntry("a/b"), 'the name "a/b" has a NUL or a slash'],
    ["a NUL", oneEntry("a\0"), "has a NUL or a slash"],
    ["a long name", oneEntry("n".repeat(256)), "a name of 256 bytes, at most 255 are legal"],
    ["an empty target", encodeNarStrings(...start, "symlink", "target", "", ")"), "illegal symlink target"],
    ["a long target", encodeNarStrings(...start, "symlink", "target", "t".repeat(4096), ")"), "at most 4095"],
    ["something that is no entry", encodeNarStrings(...start, "directory", "exit"), 'expected "entry" or ")"'],
    [
      "bottomless directories",
      encodeNarStrings(
        ...start,
        "directory",
        ...Array.from({ length: 4200 }, () => entry("a").slice(0, 7).concat("directory")).flat(),
      ),
      "more than 4096 directories deep",
    ],
  ])("refuses %s", async (_, archive, reason) => {
    await expect(describeEvents(archive, 64)).rejects.toThrow(reason);
  });

  it("refuses an archive cut off anywhere", async () => {
    const archive = oneEntry("a", "b");
    for (let length = 0; length < archive.length; length++) {
      await expect(describeEvents(archive.subarray(0, length), 11)).rejects.toThrow(FormatError);
    }
    await expect(describeEvents(regular.subarray(0, 98), 11)).rejects.toThrow("it ends with 1 bytes of a file missing");
  });

  it("refuses a changed archive, or reads what is written the same way again", async () => {
    const archive = await encodeTree(
      directory({ a: directory({ b: "12345" }), c: { executable: "x" }, d: { target: latin1("t") } }),
    );
    for (let at = 0; at < archive.length; at++) {
      for (const change of [1, 0x20, 0x80]) {
        const changed = new Uint8Array(archive);
        changed[at]! ^= change;
        const again = collect(encodeNar(readNar(pieces(changed, 100)))).then(
          (bytes) => bytes.equals(changed),
          (error) => error instanceof FormatError,
        );
        expect(await again, `byte ${at}, change ${change}`).toBe(true);
      }
    }
  });
});
