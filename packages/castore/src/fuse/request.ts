const headerBytes = 40;

/** A message of the kernel. Its body is read by what the operation defines. */
export class FuseRequest {
  readonly operation: number;
  /** Names the request in its answer. */
  readonly unique: bigint;
  readonly nodeId: number;
  readonly #view: DataView;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.operation = this.#view.getUint32(4, true);
    this.unique = this.#view.getBigUint64(8, true);
    this.nodeId = this.#uint64At(16);
  }

  #uint64At(at: number): number {
    return this.#view.getUint32(at + 4, true) * 2 ** 32 + this.#view.getUint32(at, true);
  }

  /** A number of 32 bits, so many bytes into the body. */
  uint32(at: number): number {
    return this.#view.getUint32(headerBytes + at, true);
  }

  /** A number of 64 bits that is below 2^53, as all are that we hand out, and offsets of files. */
  uint64(at: number): number {
    return this.#uint64At(headerBytes + at);
  }

  /** One that the kernel chose. */
  bigUint64(at: number): bigint {
    return this.#view.getBigUint64(headerBytes + at, true);
  }

  /** The bytes up to a NUL. */
  name(at = 0): Uint8Array {
    const start = headerBytes + at;
    const end = this.#bytes.indexOf(0, start);
    return this.#bytes.subarray(start, end === -1 ? undefined : end);
  }
}
