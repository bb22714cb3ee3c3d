import { create } from "@bufbuild/protobuf";
import { type ContentAddress, digestLengths, encodeHex } from "@tvix-mesh/nix-compat";
import { NARInfo_CA_Hash as Hash, type NARInfo_CA, NARInfo_CASchema } from "@tvix-mesh/proto/tvix/store/v1/pathinfo";
import { ServiceError } from "@tvix-mesh/service";

type Kind = Pick<ContentAddress, "method"> & Pick<ContentAddress["hash"], "algorithm">;

const kindByType = new Map<Hash, Kind>([
  [Hash.NAR_SHA256, { method: "recursive", algorithm: "sha256" }],
  [Hash.NAR_SHA1, { method: "recursive", algorithm: "sha1" }],
  [Hash.NAR_SHA512, { method: "recursive", algorithm: "sha512" }],
  [Hash.NAR_MD5, { method: "recursive", algorithm: "md5" }],
  [Hash.TEXT_SHA256, { method: "text", algorithm: "sha256" }],
  [Hash.FLAT_SHA1, { method: "flat", algorithm: "sha1" }],
  [Hash.FLAT_MD5, { method: "flat", algorithm: "md5" }],
  [Hash.FLAT_SHA256, { method: "flat", algorithm: "sha256" }],
  [Hash.FLAT_SHA512, { method: "flat", algorithm: "sha512" }],
]);

/** `invalid-argument` if the type is unknown or the digest hasn't its length. */
export function contentAddressFromMessage({ type, digest }: NARInfo_CA): ContentAddress {
  const kind = kindByType.get(type);
  if (!kind) throw new ServiceError("invalid-argument", `Cannot read content address: unknown hash type ${type}`);
  const lengthBytes = digestLengths[kind.algorithm];
  if (digest.length !== lengthBytes)
    throw new ServiceError(
      "invalid-argument",
      `Cannot read content address ${Hash[type]} "${encodeHex(digest)}": ${digest.length} bytes long, not ${lengthBytes}`,
    );
  return { method: kind.method, hash: { algorithm: kind.algorithm, digest } };
}

/** `invalid-argument` if a text is hashed with anything but SHA-256: the wire has no value for it. */
export function contentAddressToMessage({ method, hash }: ContentAddress): NARInfo_CA {
  for (const [type, kind] of kindByType)
    if (kind.method === method && kind.algorithm === hash.algorithm)
      return create(NARInfo_CASchema, { type, digest: hash.digest });
  throw new ServiceError("invalid-argument", `Cannot write content address: no ${method} hash with ${hash.algorithm}`);
}
