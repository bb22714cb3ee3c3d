import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { encodeBase64 } from "../base64.ts";
import { FormatError } from "../format-error.ts";
import { PublicKey } from "./public-key.ts";
import { parseNamedBytes, type Signature } from "./signature.ts";

const seedLength = 32;
const secretLength = 64;

/** What stands before the seed in a PKCS #8 private key for Ed25519 (RFC 8410). */
const derPrefix = Buffer.from("302e020100300506032b657004220420", "hex");

/** A secret key as Nix's tools write it: `name:base64` of the seed and the public key. */
export class SigningKey {
  readonly publicKey: PublicKey;
  readonly #seed: Uint8Array;
  readonly #key: KeyObject;

  constructor(name: string, seed: Uint8Array) {
    if (seed.length !== seedLength) throw new RangeError(`The seed of a signing key has 32 bytes, not ${seed.length}`);
    this.#seed = seed;
    this.#key = createPrivateKey({ key: Buffer.concat([derPrefix, seed]), format: "der", type: "pkcs8" });
    this.publicKey = new PublicKey(name, publicBytes(this.#key));
  }

  /** Line feeds at the end, as files have them, are allowed. Refuses a seed and a public key that don't belong together. */
  static parse(text: string): SigningKey {
    const { name, data } = parseNamedBytes(text.trim(), secretLength, "signing key");
    const key = new SigningKey(name, data.slice(0, seedLength));
    if (Buffer.compare(key.publicKey.bytes, data.subarray(seedLength)) === 0) return key;
    throw new FormatError(`Cannot parse signing key "${name}": its public half doesn't belong to its secret half`);
  }

  static generate(name: string): SigningKey {
    const { privateKey } = generateKeyPairSync("ed25519");
    const der = privateKey.export({ format: "der", type: "pkcs8" });
    return new SigningKey(name, new Uint8Array(der.subarray(der.length - seedLength)));
  }

  get name(): string {
    return this.publicKey.name;
  }

  sign(fingerprint: string): Signature {
    return { name: this.name, data: new Uint8Array(sign(null, Buffer.from(fingerprint), this.#key)) };
  }

  /** The secret itself, as its file holds it. */
  formatSecret(): string {
    return `${this.name}:${encodeBase64(Buffer.concat([this.#seed, this.publicKey.bytes]))}`;
  }
}

function publicBytes(key: KeyObject): Uint8Array {
  const der = createPublicKey(key).export({ format: "der", type: "spki" });
  return new Uint8Array(der.subarray(der.length - 32));
}
