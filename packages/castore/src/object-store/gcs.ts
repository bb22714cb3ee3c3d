import { type CallOptions, ServiceError } from "@tvix-mesh/service";
import type { GoogleAuthorization } from "../google/google-authorization.ts";
import { fromGcsError, GcsError } from "./gcs-error.ts";
import type { ObjectStore, PutOptions } from "./object-store.ts";
import { type Attempt, RemoteRequests } from "./remote-requests.ts";

export interface GcsObjectStoreOptions {
  readonly bucket: string;
  /** Stands before every key, followed by a `/` unless it is empty. */
  readonly prefix?: string | undefined;
  /** Of a server that isn't Google's, for example `http://127.0.0.1:4443`. */
  readonly endpoint?: string | undefined;
  /** Without it, requests are made as nobody in particular. */
  readonly authorization?: GoogleAuthorization | undefined;
  /** Larger objects are put in parts of this size, a multiple of 256 KiB. */
  readonly partBytes?: number | undefined;
  /** How long a request may go on without an answer. */
  readonly requestTimeoutMs?: number | undefined;
  /** How often a request is made at most. */
  readonly attempts?: number | undefined;
}

const defaultPartBytes = 16 * 1024 * 1024;

interface HttpRequest {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  /** Statuses beside 2xx that are no failure. */
  readonly expected?: readonly number[];
}

interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

interface ObjectList {
  readonly items?: readonly { readonly name: string }[];
  readonly nextPageToken?: string;
}

async function readBody({ body }: Response, progressed: () => void): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body ?? []) {
    progressed();
    pieces.push(piece);
  }
  const whole = Buffer.concat(pieces);
  return new Uint8Array(whole.buffer, whole.byteOffset, whole.length);
}

class GcsObjectStore implements ObjectStore {
  readonly #bucket: string;
  readonly #prefix: string;
  readonly #endpoint: string;
  readonly #authorization: GoogleAuthorization | undefined;
  readonly #partBytes: number;
  readonly #requests: RemoteRequests;
  #isBucketThere: Promise<void> | undefined;

  constructor(options: GcsObjectStoreOptions) {
    const { bucket, prefix = "", endpoint = "https://storage.googleapis.com", requestTimeoutMs, attempts } = options;
    this.#bucket = bucket;
    this.#prefix = prefix === "" ? "" : `${prefix.replace(/\/+$/, "")}/`;
    this.#endpoint = endpoint.replace(/\/+$/, "");
    this.#authorization = options.authorization;
    this.#partBytes = options.partBytes ?? defaultPartBytes;
    this.#requests = new RemoteRequests({ requestTimeoutMs, attempts, fromError: fromGcsError });
  }

  get #objects(): string {
    return `${this.#endpoint}/storage/v1/b/${encodeURIComponent(this.#bucket)}/o`;
  }

  #object(key: string): string {
    return `${this.#objects}/${encodeURIComponent(`${this.#prefix}${key}`)}`;
  }

  #upload(kind: "media" | "resumable", key: string, options?: PutOptions): string {
    const query = new URLSearchParams({ uploadType: kind, name: `${this.#prefix}${key}`, fields: "name" });
    if (options?.ifAbsent) query.set("ifGenerationMatch", "0");
    return `${this.#endpoint}/upload/storage/v1/b/${encodeURIComponent(this.#bucket)}/o?${query}`;
  }

  /** One attempt at a request. A GcsError for a status that isn't expected. */
  async #send(url: string, { signal, progressed }: Attempt, request: HttpRequest = {}): Promise<HttpAnswer> {
    const { method = "GET", headers = {}, body, expected = [] } = request;
    const authorization = await this.#authorization?.();
    const response = await fetch(url, {
      method,
      signal,
      headers: { ...headers, ...(authorization === undefined ? {} : { authorization }) },
      ...(body === undefined ? {} : { body: body as Uint8Array<ArrayBuffer> | string }),
      redirect: "manual",
    });
    progressed();
    const { status } = response;
    const answer = { status, headers: response.headers, body: await readBody(response, progressed) };
    if (response.ok || expected.includes(status)) return answer;
    throw new GcsError(status, new TextDecoder().decode(answer.body));
  }

  #request(
    verb: string,
    options: CallOptions | undefined,
    url: string,
    request: HttpRequest = {},
  ): Promise<HttpAnswer> {
    const action = `Cannot ${verb} in bucket ${this.#bucket}`;
    return this.#requests.make(action, options, (attempt) => this.#send(url, attempt, request));
  }

  /** The server's answer for an object that isn't there is the same as for a bucket that isn't: this tells. */
  async #requireBucket(verb: string, options?: CallOptions): Promise<void> {
    this.#isBucketThere ??= this.#request(verb, options, `${this.#objects}?maxResults=1&fields=nextPageToken`).then(
      () => undefined,
      (error: unknown) => {
        // Who may read objects need not be allowed to list them.
        if (ServiceError.is(error, "permission-denied")) return;
        this.#isBucketThere = undefined;
        throw error;
      },
    );
    await this.#isBucketThere;
  }

  async get(key: string, options?: CallOptions): Promise<Uint8Array | undefined> {
    const verb = `read object ${key}`;
    const { status, body } = await this.#request(verb, options, `${this.#object(key)}?alt=media`, { expected: [404] });
    if (status !== 404) return body;
    await this.#requireBucket(verb, options);
    return undefined;
  }

  async has(key: string, options?: CallOptions): Promise<boolean> {
    const verb = `look up object ${key}`;
    const { status } = await this.#request(verb, options, `${this.#object(key)}?fields=name`, { expected: [404] });
    if (status !== 404) return true;
    await this.#requireBucket(verb, options);
    return false;
  }

  async put(key: string, value: Uint8Array, options?: PutOptions): Promise<void> {
    if (value.length > this.#partBytes) return this.#putInParts(key, value, options);
    await this.#request(`put object ${key}`, options, this.#upload("media", key, options), {
      method: "POST",
      headers: { "content-type": "application/octet-stream" },
      body: value,
      expected: [412],
    });
  }

  async #putInParts(key: string, value: Uint8Array, options?: PutOptions): Promise<void> {
    const verb = `put object ${key}`;
    const { status, headers } = await this.#request(verb, options, this.#upload("resumable", key, options), {
      method: "POST",
      headers: { "content-type": "application/json", "x-upload-content-type": "application/octet-stream" },
      body: "{}",
      expected: [412],
    });
    if (status === 412) return;
    const session = headers.get("location");
    if (session === null)
      throw new ServiceError(
        "internal",
        `Cannot ${verb} in bucket ${this.#bucket}: no place to upload to was answered`,
      );
    try {
      for (let sent = 0; sent < value.length; ) sent = await this.#putPart(verb, session, value, sent, options);
    } catch (error) {
      // What was uploaded and never becomes an object would be kept for a week.
      await fetch(session, { method: "DELETE", signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
      options?.signal?.throwIfAborted();
      throw error;
    }
  }

  /** Answers how many bytes the server has now; it may keep fewer than it is sent. */
  async #putPart(
    verb: string,
    session: string,
    value: Uint8Array,
    sentBytes: number,
    options?: CallOptions,
  ): Promise<number> {
    const action = `Cannot ${verb} in bucket ${this.#bucket}`;
    let offset = sentBytes;
    let mayHaveMore = false;
    return this.#requests.make(action, options, async (attempt) => {
      const put = (body: Uint8Array, range: string): Promise<HttpAnswer> => {
        const headers = { "content-range": `bytes ${range}/${value.length}` };
        return this.#send(session, attempt, { method: "PUT", headers, body, expected: [308, 412] });
      };
      const kept = ({ status, headers }: HttpAnswer): number => {
        if (status !== 308) return value.length;
        const last = /-(\d+)$/.exec(headers.get("range") ?? "")?.[1];
        return last === undefined ? 0 : Number(last) + 1;
      };
      // After a failure it isn't known how much of the part has come.
      if (mayHaveMore) offset = kept(await put(new Uint8Array(), "*"));
      mayHaveMore = true;
      if (offset >= value.length) return offset;
      const end = Math.min(offset + this.#partBytes, value.length);
      const keptBytes = kept(await put(value.subarray(offset, end), `${offset}-${end - 1}`));
      if (keptBytes > offset) return keptBytes;
      throw new ServiceError("unavailable", `the server kept nothing after byte ${offset}`);
    });
  }

  async delete(key: string, options?: CallOptions): Promise<void> {
    const verb = `delete object ${key}`;
    const request = { method: "DELETE", expected: [404] } as const;
    const { status } = await this.#request(verb, options, this.#object(key), request);
    if (status === 404) await this.#requireBucket(verb, options);
  }

  async *list(prefix: string, options?: CallOptions): AsyncGenerator<string> {
    const query = new URLSearchParams({ prefix: `${this.#prefix}${prefix}`, fields: "items(name),nextPageToken" });
    for (;;) {
      const { body } = await this.#request(`list objects ${prefix}`, options, `${this.#objects}?${query}`);
      const { items = [], nextPageToken } = JSON.parse(new TextDecoder().decode(body)) as ObjectList;
      for (const { name } of items) yield name.slice(this.#prefix.length);
      if (nextPageToken === undefined || nextPageToken === "") return;
      query.set("pageToken", nextPageToken);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

/**
 * Keeps objects in a bucket of Google Cloud Storage, and nothing on this machine. The bucket must be there. It is
 * reached when the first object is asked for, not before.
 */
export function createGcsObjectStore(options: GcsObjectStoreOptions): ObjectStore {
  return new GcsObjectStore(options);
}
