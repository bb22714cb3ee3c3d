import { NARInfo_CA_Hash as Hash, type PathInfo as PathInfoMessage } from "@tvix-mesh/proto/tvix/store/v1/pathinfo";
import { describe, expect, it } from "vitest";
import { pathInfoFromMessage, pathInfoToMessage } from "./path-info-message.ts";
import { examplePathInfo } from "./path-info-service/conformance.ts";

const reference = examplePathInfo("reference").storePath;

/** A good message, changed by `change`. */
function changed(change: (message: PathInfoMessage, narinfo: NonNullable<PathInfoMessage["narinfo"]>) => unknown) {
  const message = pathInfoToMessage(examplePathInfo("changed", { references: [reference] }));
  change(message, message.narinfo!);
  return message;
}

function setCa(type: Hash, length: number) {
  return changed((_, narinfo) => {
    narinfo.ca = { $typeName: "tvix.store.v1.NARInfo.CA", type, digest: new Uint8Array(length) };
  });
}

function setDeriver(name: string, length: number) {
  return changed((_, narinfo) => {
    narinfo.deriver = { $typeName: "tvix.store.v1.StorePath", name, digest: new Uint8Array(length) };
  });
}

describe("pathInfoFromMessage", () => {
  it.for<[string, PathInfoMessage, RegExp]>([
    ["no node", changed((message) => delete message.node), /no node/],
    ["an unset node", changed((message) => (message.node!.node = { case: undefined })), /kind is not set/],
    ["no narinfo", changed((message) => delete message.narinfo), /no narinfo/],
    [
      "a name that is no store path",
      changed((message) => (message.node!.node.value!.name = new TextEncoder().encode("hello"))),
      /"hello"/,
    ],
    [
      "a short node digest",
      changed((message) => ((message.node!.node.value as { digest: Uint8Array }).digest = new Uint8Array(31))),
      /31 bytes/,
    ],
    [
      "more references than names",
      changed((message) => message.references.push(new Uint8Array(20))),
      /2 references, but 1/,
    ],
    ["more names than references", changed((message) => (message.references = [])), /0 references, but 1/],
    [
      "a reference of 19 bytes",
      changed((message) => (message.references = [new Uint8Array(19)])),
      /19 bytes long, not 20/,
    ],
    [
      "a reference with another digest than its name",
      changed((message) => (message.references = [new Uint8Array(20)])),
      /reference 0 is "0{40}", but its name .*-reference/,
    ],
    ["a reference name that is no store path", changed((_, narinfo) => (narinfo.referenceNames = ["nope"])), /"nope"/],
    [
      "a NAR hash of 31 bytes",
      changed((_, narinfo) => (narinfo.narSha256 = new Uint8Array(31))),
      /31 bytes long, not 32/,
    ],
    [
      "a signature of 65 bytes",
      changed((_, narinfo) =>
        narinfo.signatures.push({ $typeName: "tvix.store.v1.NARInfo.Signature", name: "k", data: new Uint8Array(65) }),
      ),
      /"k".*65 bytes long, not 64/,
    ],
    [
      "a signature without a key name",
      changed((_, narinfo) =>
        narinfo.signatures.push({ $typeName: "tvix.store.v1.NARInfo.Signature", name: "", data: new Uint8Array(64) }),
      ),
      /called ""/,
    ],
    ["a deriver with .drv", setDeriver("hello.drv", 20), /"hello.drv" has the suffix .drv/],
    ["a deriver with a bad name", setDeriver("he llo", 20), /he llo/],
    ["a deriver with a short digest", setDeriver("hello", 19), /19 bytes/],
    ["a SHA-1 content address of 32 bytes", setCa(Hash.NAR_SHA1, 32), /NAR_SHA1 .*32 bytes long, not 20/],
    ["a SHA-512 content address of 32 bytes", setCa(Hash.FLAT_SHA512, 32), /FLAT_SHA512 .*32 bytes long, not 64/],
    ["a content address of unknown type", setCa(99 as Hash, 32), /unknown hash type 99/],
  ])("refuses %s, naming the value", ([, message, words]) => {
    expect(() => pathInfoFromMessage(message)).toThrow(
      expect.objectContaining({ code: "invalid-argument", message: expect.stringMatching(words) }),
    );
  });

  it.for([
    [Hash.NAR_SHA256, 32, "recursive", "sha256"],
    [Hash.NAR_SHA1, 20, "recursive", "sha1"],
    [Hash.NAR_SHA512, 64, "recursive", "sha512"],
    [Hash.NAR_MD5, 16, "recursive", "md5"],
    [Hash.TEXT_SHA256, 32, "text", "sha256"],
    [Hash.FLAT_SHA1, 20, "flat", "sha1"],
    [Hash.FLAT_MD5, 16, "flat", "md5"],
    [Hash.FLAT_SHA256, 32, "flat", "sha256"],
    [Hash.FLAT_SHA512, 64, "flat", "sha512"],
  ] as const)("content address type %i of %i bytes is %s %s, and back", ([type, length, method, algorithm]) => {
    const { ca } = pathInfoFromMessage(setCa(type, length));
    expect(ca).toMatchObject({ method, hash: { algorithm } });
    expect(pathInfoToMessage(examplePathInfo("x", { ca })).narinfo?.ca?.type).toBe(type);
  });

  it("gives the deriver its suffix, which the message lacks", () => {
    const { deriver } = pathInfoFromMessage(setDeriver("hello", 20));
    expect(deriver?.name).toBe("hello.drv");
    expect(pathInfoToMessage(examplePathInfo("x", { deriver })).narinfo?.deriver?.name).toBe("hello");
  });
});
