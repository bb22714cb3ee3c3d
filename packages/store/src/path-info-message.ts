import { create } from "@bufbuild/protobuf";
import { nodeFromMessage, nodeToMessage } from "@tvix-mesh/castore";
import { encodeHex, StorePath } from "@tvix-mesh/nix-compat";
import {
  type NARInfo,
  type PathInfo as PathInfoMessage,
  PathInfoSchema,
  type StorePath as StorePathMessage,
} from "@tvix-mesh/proto/tvix/store/v1/pathinfo";
import { ServiceError } from "@tvix-mesh/service";
import { contentAddressFromMessage, contentAddressToMessage } from "./content-address-message.ts";
import { derivationSuffix, type PathInfo, requireValidPathInfo } from "./path-info.ts";

const digestLengthBytes = 20;

/** Runs `read`; what goes wrong in it makes `what` unreadable. */
function reading<Value>(what: string, read: () => Value): Value {
  try {
    return read();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ServiceError("invalid-argument", `Cannot read ${what}: ${reason}`, { cause });
  }
}

function referencesFromMessage(digests: readonly Uint8Array[], names: readonly string[]): readonly StorePath[] {
  if (digests.length !== names.length)
    throw new Error(`${digests.length} references, but ${names.length} reference names`);
  return names.map((name, index) => {
    const digest = digests[index]!;
    if (digest.length !== digestLengthBytes)
      throw new Error(`reference "${encodeHex(digest)}" is ${digest.length} bytes long, not ${digestLengthBytes}`);
    const reference = StorePath.parse(name);
    if (Buffer.compare(reference.digest, digest) !== 0)
      throw new Error(`reference ${index} is "${encodeHex(digest)}", but its name ${name}`);
    return reference;
  });
}

function deriverFromMessage({ name, digest }: StorePathMessage): StorePath {
  if (name.endsWith(derivationSuffix)) throw new Error(`deriver "${name}" has the suffix ${derivationSuffix}`);
  return new StorePath(digest, `${name}${derivationSuffix}`);
}

function narInfoFromMessage(narinfo: NARInfo): Omit<PathInfo, "storePath" | "node" | "references"> {
  return {
    narSizeBytes: narinfo.narSize,
    narSha256: narinfo.narSha256,
    signatures: narinfo.signatures.map(({ name, data }) => ({ name, data })),
    deriver: narinfo.deriver && deriverFromMessage(narinfo.deriver),
    ca: narinfo.ca && contentAddressFromMessage(narinfo.ca),
  };
}

/** `invalid-argument`, naming the path and the wrong value, if the message breaks a rule. */
export function pathInfoFromMessage(message: PathInfoMessage): PathInfo {
  const { name, node } = reading("path info", () => {
    if (!message.node) throw new Error("it has no node");
    return nodeFromMessage(message.node);
  });
  const baseName = Buffer.from(name).toString("utf8");
  const storePath = reading("path info", () => StorePath.parse(baseName));
  return reading(`path info of ${storePath}`, () => {
    const { narinfo } = message;
    if (!narinfo) throw new Error("it has no narinfo");
    const references = referencesFromMessage(message.references, narinfo.referenceNames);
    const pathInfo = { storePath, node, references, ...narInfoFromMessage(narinfo) };
    requireValidPathInfo(pathInfo);
    return pathInfo;
  });
}

/** `invalid-argument` if the path info breaks a rule. */
export function pathInfoToMessage(pathInfo: PathInfo): PathInfoMessage {
  requireValidPathInfo(pathInfo);
  const { storePath, references, deriver, ca } = pathInfo;
  return create(PathInfoSchema, {
    node: nodeToMessage(pathInfo.node, new TextEncoder().encode(storePath.baseName)),
    references: references.map((reference) => reference.digest),
    narinfo: {
      narSize: pathInfo.narSizeBytes,
      narSha256: pathInfo.narSha256,
      signatures: pathInfo.signatures.map(({ name, data }) => ({ name, data })),
      referenceNames: references.map((reference) => reference.baseName),
      ...(deriver && {
        deriver: { name: deriver.name.slice(0, -derivationSuffix.length), digest: deriver.digest },
      }),
      ...(ca && { ca: contentAddressToMessage(ca) }),
    },
  });
}
