import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { encodeBase64 } from "../base64.ts";
import { parseNamedBytes, type Signature } from "./signature.ts";

const publicKeyLength = 32;

/** What stands before the key's bytes in an X.509 SubjectPublicKeyInfo for Ed25519 (RFC 8410). */
const derPrefix = Buffer.from("302a300506032b6570032100", "hex");

/** A key that a store is trusted by: `name:base64`. */
export class PublicKey {
  readonly name: string;
  /** 32 bytes. */
  readonly bytes: Uint8Array;
  readonly #key: KeyObject;

  constructor(name: string, bytes: Uint8Array) {
    if (bytes.length !== publicKeyLength) throw new RangeError(`A public key has 32 bytes, not ${bytes.length}`);
    this.name = name;
    this.bytes = bytes;
    this.#key = createPublicKey({ key: Buffer.concat([derPrefix, bytes]), format: "der", type: "spki" });
  }

  /** Line feeds at the end, as files have them, are allowed. */
  static parse(text: string): PublicKey {
    const { name, data } = parseNamedBytes(text.trim(), publicKeyLength, "public key");
    return new PublicKey(name, data);
  }

  /** Whether the signature bears this key's name and is right. */
  verify(fingerprint: string, signature: Signature): boolean {
    return signature.name === this.name && verify(null, Buffer.from(fingerprint), this.#key, signature.data);
  }

  toString(): string {
    return `${this.name}:${encodeBase64(this.bytes)}`;
  }
}
