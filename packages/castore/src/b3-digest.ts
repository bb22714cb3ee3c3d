import { ServiceError } from "@tvix-mesh/service";

const lengthBytes = 32;

/** A BLAKE3 digest of 32 bytes. Compare with `equals`, key maps by `hex`. */
export class B3Digest {
  /** Lower-case hexadecimal, 64 characters. */
  readonly hex: string;

  private constructor(hex: string) {
    this.hex = hex;
  }

  /** Copies the bytes. `invalid-argument` unless there are 32. */
  static fromBytes(bytes: Uint8Array): B3Digest {
    if (bytes.length !== lengthBytes)
      throw new ServiceError(
        "invalid-argument",
        `Cannot read digest ${Buffer.from(bytes).toString("hex") || '""'}: ${bytes.length} bytes long, not ${lengthBytes}`,
      );
    return new B3Digest(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex"));
  }

  /** `invalid-argument` unless it is 64 hexadecimal digits. */
  static fromHex(hex: string): B3Digest {
    if (!/^[0-9a-f]{64}$/i.test(hex))
      throw new ServiceError("invalid-argument", `Cannot read digest "${hex}": not 64 hexadecimal digits`);
    return new B3Digest(hex.toLowerCase());
  }

  /** A fresh copy of the 32 bytes. */
  toBytes(): Uint8Array {
    return new Uint8Array(Buffer.from(this.hex, "hex"));
  }

  equals(other: B3Digest): boolean {
    return this.hex === other.hex;
  }

  toString(): string {
    return `b3:${this.hex}`;
  }
}
