import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { type CallOptions, createRetrier, ServiceError } from "@tvix-mesh/service";
import { Limiter } from "../limiter.ts";
import { mapInOrder } from "../map-in-order.ts";
import type { ObjectStore, PutOptions } from "./object-store.ts";
import { fromS3Error, isMissingObject, isPreconditionFailed } from "./s3-error.ts";

export interface S3ObjectStoreOptions {
  readonly bucket: string;
  /** Stands before every key, followed by a `/` unless it is empty. */
  readonly prefix?: string | undefined;
  /** Of a server that isn't Amazon's, for example `http://127.0.0.1:7480`. */
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
  /** Without it and the secret, the places where Amazon's tools look are searched, its environment variables first. */
  readonly accessKeyId?: string | undefined;
  readonly secretAccessKey?: string | undefined;
  /** Larger objects are put in parts of this size; at least 5 MiB. */
  readonly partBytes?: number | undefined;
  /** How long a request may go on without an answer. */
  readonly requestTimeoutMs?: number | undefined;
  /** How often a request is made at most. */
  readonly attempts?: number | undefined;
}

const defaultPartBytes = 16 * 1024 * 1024;
const parallelParts = 4;
const parallelRequests = 128;
const connectionTimeoutMs = 5_000;

interface Part {
  readonly PartNumber: number;
  readonly ETag: string | undefined;
}

class S3ObjectStore implements ObjectStore {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #prefix: string;
  readonly #partBytes: number;
  readonly #attempts: number;
  readonly #requests = new Limiter(parallelRequests);

  constructor(options: S3ObjectStoreOptions) {
    const { bucket, prefix = "", endpoint, accessKeyId, secretAccessKey, requestTimeoutMs = 60_000 } = options;
    this.#bucket = bucket;
    this.#prefix = prefix === "" ? "" : `${prefix.replace(/\/+$/, "")}/`;
    this.#partBytes = options.partBytes ?? defaultPartBytes;
    this.#attempts = options.attempts ?? 5;
    this.#client = new S3Client({
      region: options.region ?? "us-east-1",
      maxAttempts: this.#attempts,
      // Other servers than Amazon's know no trailing checksums; contents are checked by their digests anyway.
      requestChecksumCalculation: "WHEN_REQUIRED",
      responseChecksumValidation: "WHEN_REQUIRED",
      requestHandler: {
        connectionTimeout: connectionTimeoutMs,
        requestTimeout: requestTimeoutMs,
        throwOnRequestTimeout: true,
        httpAgent: { maxSockets: parallelRequests },
        httpsAgent: { maxSockets: parallelRequests },
      },
      ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
      ...(accessKeyId === undefined || secretAccessKey === undefined
        ? {}
        : { credentials: { accessKeyId, secretAccessKey } }),
    });
  }

  #place(key: string): { readonly Bucket: string; readonly Key: string } {
    return { Bucket: this.#bucket, Key: `${this.#prefix}${key}` };
  }

  async #request<Result>(
    action: string,
    options: CallOptions | undefined,
    work: (http: { readonly abortSignal?: AbortSignal }) => Promise<Result>,
  ): Promise<Result> {
    options?.signal?.throwIfAborted();
    try {
      // The client gives up those that wait for a connection too long; here they wait as long as it takes.
      const { result } = await this.#requests.start(() => work(options?.signal ? { abortSignal: options.signal } : {}));
      return await result;
    } catch (error) {
      options?.signal?.throwIfAborted();
      throw fromS3Error(`Cannot ${action} in bucket ${this.#bucket}`, error);
    }
  }

  async get(key: string, options?: CallOptions): Promise<Uint8Array | undefined> {
    // The client makes requests again, but not when the body of an answer breaks off.
    const retrier = createRetrier({ attempts: this.#attempts, pauseMs: 50 });
    return retrier.call(
      () =>
        this.#request(`read object ${key}`, options, async (http) => {
          try {
            const { Body, ContentLength } = await this.#client.send(new GetObjectCommand(this.#place(key)), http);
            const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
            if (ContentLength === undefined || bytes.length === ContentLength) return bytes;
            throw new ServiceError(
              "unavailable",
              `Cannot read object ${key}: ${bytes.length} of ${ContentLength} bytes came`,
            );
          } catch (error) {
            if (isMissingObject(error)) return undefined;
            throw error;
          }
        }),
      options,
    );
  }

  async has(key: string, options?: CallOptions): Promise<boolean> {
    return this.#request(`look up object ${key}`, options, async (http) => {
      try {
        await this.#client.send(new HeadObjectCommand(this.#place(key)), http);
        return true;
      } catch (error) {
        if (isMissingObject(error)) return false;
        throw error;
      }
    });
  }

  async put(key: string, value: Uint8Array, options?: PutOptions): Promise<void> {
    if (value.length > this.#partBytes) return this.#putInParts(key, value, options);
    const condition = options?.ifAbsent ? { IfNoneMatch: "*" } : {};
    const command = { ...this.#place(key), Body: value, ContentLength: value.length, ...condition };
    await this.#request(`put object ${key}`, options, async (http) => {
      try {
        await this.#client.send(new PutObjectCommand(command), http);
      } catch (error) {
        if (!isPreconditionFailed(error)) throw error;
      }
    });
  }

  async #putInParts(key: string, value: Uint8Array, options?: PutOptions): Promise<void> {
    // Not every server knows conditions for uploads in parts, and this one comes before they are sent.
    if (options?.ifAbsent && (await this.has(key, options))) return;
    const place = this.#place(key);
    const action = `put object ${key}`;
    const { UploadId } = await this.#request(action, options, () =>
      this.#client.send(new CreateMultipartUploadCommand(place)),
    );
    try {
      const offsets = Array.from({ length: Math.ceil(value.length / this.#partBytes) }, (_, i) => i * this.#partBytes);
      const putPart = async (offset: number, signal: AbortSignal): Promise<Part> => {
        const Body = value.subarray(offset, offset + this.#partBytes);
        const PartNumber = offset / this.#partBytes + 1;
        const command = { ...place, UploadId, PartNumber, Body, ContentLength: Body.length };
        const { ETag } = await this.#request(action, { signal }, (http) =>
          this.#client.send(new UploadPartCommand(command), http),
        );
        return { PartNumber, ETag };
      };
      const Parts = await Array.fromAsync(mapInOrder(offsets, parallelParts, putPart, options?.signal));
      const command = { ...place, UploadId, MultipartUpload: { Parts } };
      await this.#request(action, options, () => this.#client.send(new CompleteMultipartUploadCommand(command)));
    } catch (error) {
      // Parts of uploads that nobody ends are paid for.
      await this.#client.send(new AbortMultipartUploadCommand({ ...place, UploadId })).catch(() => undefined);
      options?.signal?.throwIfAborted();
      throw error;
    }
  }

  async delete(key: string, options?: CallOptions): Promise<void> {
    await this.#request(`delete object ${key}`, options, (http) =>
      this.#client.send(new DeleteObjectCommand(this.#place(key)), http),
    );
  }

  async *list(prefix: string, options?: CallOptions): AsyncGenerator<string> {
    let token: string | undefined;
    do {
      const command = {
        Bucket: this.#bucket,
        Prefix: `${this.#prefix}${prefix}`,
        ...(token === undefined ? {} : { ContinuationToken: token }),
      };
      const page = await this.#request(`list objects ${prefix}`, options, (http) =>
        this.#client.send(new ListObjectsV2Command(command), http),
      );
      for (const { Key } of page.Contents ?? []) if (Key !== undefined) yield Key.slice(this.#prefix.length);
      token = page.IsTruncated ? page.NextContinuationToken : undefined;
    } while (token !== undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client.destroy();
  }
}

/**
 * Keeps objects in a bucket of S3, Amazon's or any other server's, and nothing on this machine. The bucket must be
 * there. It is reached when the first object is asked for, not before.
 */
export function createS3ObjectStore(options: S3ObjectStoreOptions): ObjectStore {
  return new S3ObjectStore(options);
}
