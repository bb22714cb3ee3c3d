import { randomUUID } from "node:crypto";
import type { DefaultAzureCredential } from "@azure/identity";
import {
  AnonymousCredential,
  BlobServiceClient,
  type BlockBlobClient,
  type ContainerClient,
  StorageSharedKeyCredential,
} from "@azure/storage-blob";
import { type CallOptions, ServiceError } from "@tvix-mesh/service";
import { mapInOrder } from "../map-in-order.ts";
import { areBlocksGone, fromAzureError, isConditionNotMet, isMissingBlob } from "./azure-error.ts";
import type { ObjectStore, PutOptions } from "./object-store.ts";
import { type Attempt, RemoteRequests } from "./remote-requests.ts";

export interface AzureObjectStoreOptions {
  readonly container: string;
  /** Stands before every key, followed by a `/` unless it is empty. */
  readonly prefix?: string | undefined;
  readonly accountName: string;
  /** Of the account, if it isn't `https://<account>.blob.core.windows.net`, for example of an emulator. */
  readonly endpoint?: string | undefined;
  /** Without it and a token, the places where Microsoft's tools look are searched, its environment variables first. */
  readonly accountKey?: string | undefined;
  /** A shared access signature, with or without a leading `?`. */
  readonly sasToken?: string | undefined;
  /** Larger objects are put in blocks of this size. */
  readonly partBytes?: number | undefined;
  /** How long a request may go on without an answer. */
  readonly requestTimeoutMs?: number | undefined;
  /** How often a request is made at most. */
  readonly attempts?: number | undefined;
}

const defaultPartBytes = 16 * 1024 * 1024;
const parallelParts = 4;
/** How often an upload in blocks is begun at most, as another one of the same object ended in between. */
const uploadAttempts = 5;

/** Requests are made again by us alone, as the client never gives up waiting for an answer. */
const clientOptions = { retryOptions: { maxTries: 1 } };

async function openContainer(options: AzureObjectStoreOptions): Promise<ContainerClient> {
  const { accountName, accountKey, sasToken, container } = options;
  const endpoint = (options.endpoint ?? `https://${accountName}.blob.core.windows.net`).replace(/\/+$/, "");
  const open = (
    url: string,
    credential: StorageSharedKeyCredential | AnonymousCredential | DefaultAzureCredential,
  ): ContainerClient => new BlobServiceClient(url, credential, clientOptions).getContainerClient(container);
  if (accountKey !== undefined) return open(endpoint, new StorageSharedKeyCredential(accountName, accountKey));
  if (sasToken !== undefined) return open(`${endpoint}?${sasToken.replace(/^\?/, "")}`, new AnonymousCredential());
  const identity = await import("@azure/identity");
  return open(endpoint, new identity.DefaultAzureCredential());
}

class AzureObjectStore implements ObjectStore {
  readonly #container: ContainerClient;
  readonly #prefix: string;
  readonly #partBytes: number;
  readonly #requests: RemoteRequests;

  constructor(container: ContainerClient, options: AzureObjectStoreOptions) {
    const { prefix = "", requestTimeoutMs, attempts } = options;
    this.#container = container;
    this.#prefix = prefix === "" ? "" : `${prefix.replace(/\/+$/, "")}/`;
    this.#partBytes = options.partBytes ?? defaultPartBytes;
    this.#requests = new RemoteRequests({ requestTimeoutMs, attempts, fromError: fromAzureError });
  }

  #blob(key: string): BlockBlobClient {
    return this.#container.getBlockBlobClient(`${this.#prefix}${key}`);
  }

  #request<Result>(
    verb: string,
    options: CallOptions | undefined,
    request: (attempt: Attempt) => Promise<Result>,
  ): Promise<Result> {
    return this.#requests.make(`Cannot ${verb} in container ${this.#container.containerName}`, options, request);
  }

  async get(key: string, options?: CallOptions): Promise<Uint8Array | undefined> {
    const verb = `read object ${key}`;
    return this.#request(verb, options, async ({ signal, progressed }) => {
      try {
        const answer = await this.#blob(key).download(0, undefined, { abortSignal: signal, maxRetryRequests: 0 });
        const pieces: Buffer[] = [];
        for await (const piece of (answer.readableStreamBody ?? []) as AsyncIterable<Buffer>) {
          progressed();
          pieces.push(piece);
        }
        const whole = Buffer.concat(pieces);
        if (whole.length !== answer.contentLength)
          throw new ServiceError(
            "unavailable",
            `Cannot ${verb}: ${whole.length} of ${answer.contentLength} bytes came`,
          );
        return new Uint8Array(whole.buffer, whole.byteOffset, whole.length);
      } catch (error) {
        if (isMissingBlob(error)) return undefined;
        throw error;
      }
    });
  }

  async has(key: string, options?: CallOptions): Promise<boolean> {
    return this.#request(`look up object ${key}`, options, async ({ signal }) => {
      try {
        await this.#blob(key).getProperties({ abortSignal: signal });
        return true;
      } catch (error) {
        if (isMissingBlob(error)) return false;
        throw error;
      }
    });
  }

  async put(key: string, value: Uint8Array, options?: PutOptions): Promise<void> {
    const verb = `put object ${key}`;
    const conditions = options?.ifAbsent ? { ifNoneMatch: "*" } : {};
    if (value.length > this.#partBytes) return this.#putInBlocks(verb, key, value, conditions, options);
    await this.#unlessThere(verb, options, (abortSignal) =>
      this.#blob(key).upload(value, value.length, { abortSignal, conditions }),
    );
  }

  async #unlessThere(
    verb: string,
    options: CallOptions | undefined,
    request: (abortSignal: AbortSignal) => Promise<unknown>,
  ): Promise<void> {
    await this.#request(verb, options, async ({ signal }) => {
      try {
        await request(signal);
      } catch (error) {
        if (!isConditionNotMet(error)) throw error;
      }
    });
  }

  async #putInBlocks(
    verb: string,
    key: string,
    value: Uint8Array,
    conditions: { readonly ifNoneMatch?: string },
    options?: PutOptions,
  ): Promise<void> {
    // The condition is checked when the upload ends, and this before anything is sent.
    if (options?.ifAbsent && (await this.has(key, options))) return;
    for (let attempt = 1; ; attempt += 1) {
      const blocks = await this.#stageBlocks(verb, key, value, options);
      try {
        return await this.#unlessThere(verb, options, (abortSignal) =>
          this.#blob(key).commitBlockList(blocks, { abortSignal, conditions }),
        );
      } catch (error) {
        if (attempt === uploadAttempts || !areBlocksGone(error)) throw error;
      }
    }
  }

  /** Blocks that never become an object are no object, and the service removes them after a week. */
  async #stageBlocks(verb: string, key: string, value: Uint8Array, options?: CallOptions): Promise<string[]> {
    const upload = randomUUID();
    const count = Math.ceil(value.length / this.#partBytes);
    const stage = async (number: number, signal: AbortSignal): Promise<string> => {
      const block = Buffer.from(`${upload}-${String(number).padStart(6, "0")}`).toString("base64");
      const part = value.subarray(number * this.#partBytes, (number + 1) * this.#partBytes);
      await this.#request(verb, { signal }, (attempt) =>
        this.#blob(key).stageBlock(block, part, part.length, { abortSignal: attempt.signal }),
      );
      return block;
    };
    return Array.fromAsync(mapInOrder(Array(count).keys(), parallelParts, stage, options?.signal));
  }

  async delete(key: string, options?: CallOptions): Promise<void> {
    await this.#request(`delete object ${key}`, options, async ({ signal }) => {
      try {
        await this.#blob(key).delete({ abortSignal: signal });
      } catch (error) {
        if (!isMissingBlob(error)) throw error;
      }
    });
  }

  async *list(prefix: string, options?: CallOptions): AsyncGenerator<string> {
    let token: string | undefined;
    do {
      const { value: page } = await this.#request(`list objects ${prefix}`, options, ({ signal }) =>
        this.#container
          .listBlobsFlat({ prefix: `${this.#prefix}${prefix}`, abortSignal: signal })
          .byPage(token === undefined ? {} : { continuationToken: token })
          .next(),
      );
      for (const { name } of page?.segment.blobItems ?? []) yield name.slice(this.#prefix.length);
      token = page?.continuationToken || undefined;
    } while (token !== undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

/**
 * Keeps objects in a container of Azure Blob Storage, and nothing on this machine. The container must be there. It is
 * reached when the first object is asked for, not before.
 */
export async function createAzureObjectStore(options: AzureObjectStoreOptions): Promise<ObjectStore> {
  return new AzureObjectStore(await openContainer(options), options);
}
