import { importTree, type Node } from "@tvix-mesh/castore";
import { StorePath } from "@tvix-mesh/nix-compat";
import { type CallOptions, ServiceError } from "@tvix-mesh/service";
import { addNode, addText, type StoreServices } from "@tvix-mesh/store";
import { observeUpload } from "../evaluator-observer.ts";
import type { KnownDerivations } from "../known-derivations.ts";
import type { Source, TextSource, TreeSource } from "./source.ts";

export interface SourceUploaderOptions {
  readonly services: StoreServices;
  readonly derivations: KnownDerivations;
}

/** Puts what an evaluation has added into the store, at the latest when somebody needs it. */
export class SourceUploader {
  readonly #services: StoreServices;
  readonly #derivations: KnownDerivations;
  readonly #sources = new Map<string, Source>();
  readonly #uploads = new Map<string, Promise<void>>();

  constructor(options: SourceUploaderOptions) {
    this.#services = options.services;
    this.#derivations = options.derivations;
  }

  /** Makes sources known, without uploading them. */
  add(sources: Iterable<Source>): void {
    for (const source of sources) this.#sources.set(source.storePath, source);
  }

  /** Uploads everything that is known. */
  async ensureAll(options?: CallOptions): Promise<void> {
    await this.ensure([...this.#sources.keys()], options);
  }

  /** Makes those store paths present: sources by upload, `.drv` files by writing them; anything else must be there. */
  async ensure(storePaths: Iterable<string>, options?: CallOptions): Promise<void> {
    await Promise.all([...storePaths].map((path) => this.#ensureOne(path, options)));
  }

  #ensureOne(path: string, options?: CallOptions): Promise<void> {
    const running = this.#uploads.get(path);
    if (running) return running;
    const started = observeUpload(path, () => this.#upload(path, options));
    this.#uploads.set(path, started);
    return started;
  }

  async #upload(path: string, options?: CallOptions): Promise<void> {
    const { digest } = StorePath.parseAbsolute(path);
    if (await this.#services.pathInfos.get(digest, options)) return;
    const source = this.#sources.get(path) ?? this.#derivationText(path);
    if (!source) throw new ServiceError("not-found", `Cannot use ${path}: it is not in the store`);
    if (source.kind === "text") {
      await this.ensure(source.references, options);
      await this.#uploadText(source, options);
    } else await this.#uploadTree(source, options);
  }

  /** The `.drv` file of a derivation of this evaluation, as a text that refers to its inputs. */
  #derivationText(path: string): TextSource | undefined {
    const known = this.#derivations.get(path);
    if (!known) return undefined;
    const references = [...known.derivation.inputDrvs.keys(), ...known.derivation.inputSrcs];
    return {
      kind: "text",
      storePath: path,
      contents: Buffer.from(known.written, "latin1"),
      references,
    };
  }

  async #uploadText({ storePath, contents, references }: TextSource, options?: CallOptions): Promise<void> {
    const parsed = references.map((reference) => StorePath.parseAbsolute(reference));
    await addText(this.#services, StorePath.parseAbsolute(storePath).name, contents, parsed, options);
  }

  async #uploadTree({ storePath, path, included, method }: TreeSource, options?: CallOptions): Promise<void> {
    const filter = included && ((below: Uint8Array) => included.has(Buffer.from(below).toString("latin1")));
    const imported = await importTree(Buffer.from(path, "latin1"), this.#services, { ...options, filter });
    // A flat copy is of the bytes alone.
    const node: Node = method === "flat" && imported.kind === "file" ? { ...imported, executable: false } : imported;
    const added = await addNode(this.#services, StorePath.parseAbsolute(storePath).name, node, { ...options, method });
    if (added.storePath.absolute() !== storePath)
      throw new ServiceError(
        "failed-precondition",
        `Cannot add ${path} to the store: it has changed since it was evaluated`,
      );
  }
}
