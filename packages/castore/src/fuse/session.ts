import { constants } from "node:os";
import { ServiceError } from "@tvix-mesh/service";
import type { CastoreServices } from "../castore-services.ts";
import { displayBytes } from "../display-bytes.ts";
import type { Node } from "../node.ts";
import { BlobWindows } from "./blob-windows.ts";
import type { FuseDevice } from "./device.ts";
import { DirectoryCache } from "./directory-cache.ts";
import { extendedAttributes } from "./extended-attributes.ts";
import { type Inode, InodeTable, inodeNumber } from "./inode-table.ts";
import type { LiveDirectory } from "./live-directory.ts";
import { OpenDirectory } from "./open-directory.ts";
import {
  changingOperations,
  fileType,
  initFlag,
  oldestProtocolMinor,
  openFlag,
  operation,
  protocolMajor,
  protocolMinor,
} from "./protocol.ts";
import {
  absenceReply,
  attributesReply,
  EntriesReply,
  entryReply,
  initReply,
  lengthReply,
  majorReply,
  modeOf,
  type Owner,
  openReply,
  statfsReply,
} from "./reply.ts";
import { FuseRequest } from "./request.ts";

const { ENOSYS, EROFS, EIO, EINTR, ENOENT, ENOTDIR, EISDIR, EINVAL, EBADF, ESTALE, ERANGE, ENODATA, EPROTO } =
  constants.errno;
/** Each READ asks for up to 1 MiB. */
const mostPages = 256;
const mostBackground = 64;
/** Nothing is ever written; this is the least that the kernel takes. */
const writeBytes = 4096;
/** `.` and `..` come first. */
const ownEntries = 2;
const parent = Buffer.from("..");
const self = Buffer.from(".");
/** Entries that a stream of them is read ahead by. */
const entriesAtOnce = 256;

/** Ends a request with an error number. */
class ErrorNumber extends Error {
  readonly errorNumber: number;

  constructor(errorNumber: number) {
    super(`error number ${errorNumber}`);
    this.errorNumber = errorNumber;
  }
}

interface Answer {
  readonly parts: readonly Uint8Array[];
  /** Takes back what the kernel would have learnt by it, if nobody waits for it any more. */
  readonly undo?: () => void;
}

const nothing: Answer = { parts: [] };

export interface FuseSessionOptions {
  /** A directory. */
  readonly root: Node | LiveDirectory;
  readonly owner: Owner;
  /** Gets what went wrong in the services, for those who were told of an input/output error. */
  readonly report: (message: string) => void;
}

/** Answers the kernel's requests for one mount. Each is answered as soon as it can be, in any order. */
export class FuseSession {
  readonly #device: FuseDevice;
  readonly #options: FuseSessionOptions;
  readonly #inodes: InodeTable;
  readonly #directories: DirectoryCache;
  readonly #blobs: BlobWindows;
  readonly #stop = new AbortController();
  readonly #openDirectories = new Map<number, OpenDirectory>();
  /** Requests that somebody waits for. */
  readonly #underWay = new Set<bigint>();
  readonly #ready = Promise.withResolvers<void>();
  #lastHandle = 0;
  #isOpenNeeded = true;

  constructor(device: FuseDevice, { blobs, directories }: CastoreServices, options: FuseSessionOptions) {
    const signal = this.#stop.signal;
    this.#device = device;
    this.#options = options;
    this.#inodes = new InodeTable(options.root);
    this.#directories = new DirectoryCache(directories, { signal });
    this.#blobs = new BlobWindows(blobs, { signal });
  }

  /** Resolves once the kernel has been answered for the first time. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** Resolves once the file system is unmounted. */
  async run(): Promise<void> {
    try {
      await this.#device.readRequests((message) => this.#receive(new FuseRequest(message)));
    } finally {
      for (const directory of this.#openDirectories.values()) directory.close();
      this.#blobs.close();
      this.#stop.abort(new ServiceError("cancelled", "Cannot read on: the file system is unmounted"));
    }
  }

  #receive(request: FuseRequest): void {
    switch (request.operation) {
      case operation.forget:
        this.#inodes.forget(request.nodeId, request.uint64(0));
        return;
      case operation.batchForget:
        for (let index = 0; index < request.uint32(0); index += 1)
          this.#inodes.forget(request.uint64(8 + index * 16), request.uint64(16 + index * 16));
        return;
      case operation.interrupt:
        // What was to be read is read nevertheless, and is there for the next who wants it.
        if (this.#underWay.delete(request.bigUint64(0))) this.#device.reply(request.bigUint64(0), EINTR);
        return;
    }
    try {
      const answer = this.#answer(request);
      if (answer instanceof Promise) void this.#answerLater(request, answer);
      else this.#finish(request, answer);
    } catch (error) {
      this.#fail(request, error);
    }
  }

  async #answerLater(request: FuseRequest, answer: Promise<Answer>): Promise<void> {
    const { unique } = request;
    this.#underWay.add(unique);
    try {
      const value = await answer;
      if (this.#underWay.delete(unique)) this.#finish(request, value);
      else value.undo?.();
    } catch (error) {
      if (this.#underWay.delete(unique)) this.#fail(request, error);
    }
  }

  #finish(request: FuseRequest, { parts, undo }: Answer): void {
    try {
      if (!this.#device.reply(request.unique, 0, parts)) undo?.();
    } catch (error) {
      undo?.();
      this.#fail(request, error);
    }
  }

  #fail(request: FuseRequest, error: unknown): void {
    if (error instanceof ErrorNumber) {
      this.#device.reply(request.unique, error.errorNumber);
      return;
    }
    const inode = this.#inodes.get(request.nodeId);
    const path = inode ? displayBytes(this.#inodes.path(inode)) : `inode ${request.nodeId}`;
    this.#options.report(`${path}: ${error instanceof Error ? error.message : String(error)}`);
    this.#device.reply(request.unique, EIO);
  }

  #answer(request: FuseRequest): Answer | Promise<Answer> {
    switch (request.operation) {
      case operation.init:
        return this.#init(request);
      case operation.destroy:
      case operation.release:
        return nothing;
      case operation.statfs:
        return { parts: [statfsReply()] };
      case operation.releasedir:
        this.#closeDirectory(request.uint64(0));
        return nothing;
    }
    if (changingOperations.has(request.operation)) throw new ErrorNumber(EROFS);
    const inode = this.#inodes.get(request.nodeId);
    if (!inode) throw new ErrorNumber(ESTALE);
    switch (request.operation) {
      case operation.lookup:
        return this.#lookup(inode, request.name());
      case operation.getattr:
        return { parts: [attributesReply(inode, this.#options.owner)] };
      case operation.readlink:
        if (inode.content.kind !== "symlink") throw new ErrorNumber(EINVAL);
        return { parts: [inode.content.target] };
      case operation.open:
        // Kernels that can do without it never ask again.
        if (!this.#isOpenNeeded) throw new ErrorNumber(ENOSYS);
        return { parts: [openReply(0, openFlag.keepCache)] };
      case operation.read:
        return this.#read(inode, request.uint64(8), request.uint32(16));
      case operation.opendir:
        return this.#openDirectory(inode);
      case operation.readdir:
      case operation.readdirplus:
        return this.#readDirectory(inode, request);
      case operation.getxattr:
        return this.#getExtendedAttribute(inode, request);
      case operation.listxattr:
        return this.#listExtendedAttributes(inode, request);
      default:
        throw new ErrorNumber(ENOSYS);
    }
  }

  #init(request: FuseRequest): Answer {
    const major = request.uint32(0);
    const minor = request.uint32(4);
    if (major > protocolMajor) return { parts: [majorReply()] };
    if (major < protocolMajor || minor < oldestProtocolMinor) {
      this.#ready.reject(
        new ServiceError(
          "failed-precondition",
          `Cannot mount: the kernel speaks FUSE ${major}.${minor}, older than 7.23`,
        ),
      );
      throw new ErrorNumber(EPROTO);
    }
    const wanted = Object.values(initFlag).reduce((flags, flag) => flags | flag, 0);
    const flags = request.uint32(12) & wanted;
    this.#isOpenNeeded = (flags & initFlag.noOpenSupport) === 0;
    this.#ready.resolve();
    const maxReadaheadBytes = request.uint32(8);
    const agreement = { maxReadaheadBytes, flags, maxBackground: mostBackground, maxWriteBytes: writeBytes };
    return { parts: [initReply({ ...agreement, minor: Math.min(minor, protocolMinor), maxPages: mostPages })] };
  }

  #lookup(inode: Inode, name: Uint8Array): Answer | Promise<Answer> {
    const { content } = inode;
    if (content.kind === "live-directory")
      return content.lookup(name, { signal: this.#stop.signal }).then((node) => {
        if (!node) throw new ErrorNumber(ENOENT);
        return this.#entry(inode, name, node);
      });
    if (content.kind !== "directory") throw new ErrorNumber(ENOTDIR);
    const directory = this.#directories.get(content);
    if (directory instanceof Promise) return directory.then((found) => this.#entry(inode, name, found.find(name)));
    return this.#entry(inode, name, directory.find(name));
  }

  #entry(inode: Inode, name: Uint8Array, node: Node | undefined): Answer {
    if (!node) return { parts: [absenceReply()] };
    const found = this.#inodes.remember(inode, name, node);
    return { parts: [entryReply(found, this.#options.owner)], undo: () => this.#inodes.forget(found.id, 1) };
  }

  async #read({ content }: Inode, offset: number, length: number): Promise<Answer> {
    if (content.kind !== "file") throw new ErrorNumber(EISDIR);
    return { parts: await this.#blobs.read(content, offset, length) };
  }

  async #openDirectory({ content }: Inode): Promise<Answer> {
    if (content.kind === "live-directory") return this.#keepOpen(content.list({ signal: this.#stop.signal }), 0);
    if (content.kind !== "directory") throw new ErrorNumber(ENOTDIR);
    const directory = await this.#directories.get(content);
    this.#directories.readAhead(directory);
    return this.#keepOpen(directory.entries, openFlag.keepCache | openFlag.cacheDir);
  }

  #keepOpen(entries: ConstructorParameters<typeof OpenDirectory>[0], flags: number): Answer {
    this.#lastHandle += 1;
    const handle = this.#lastHandle;
    this.#openDirectories.set(handle, new OpenDirectory(entries));
    return { parts: [openReply(handle, flags)], undo: () => this.#closeDirectory(handle) };
  }

  #closeDirectory(handle: number): void {
    this.#openDirectories.get(handle)?.close();
    this.#openDirectories.delete(handle);
  }

  async #readDirectory(inode: Inode, request: FuseRequest): Promise<Answer> {
    const directory = this.#openDirectories.get(request.uint64(0));
    if (!directory) throw new ErrorNumber(EBADF);
    const first = request.uint64(8);
    const isPlus = request.operation === operation.readdirplus;
    const reply = new EntriesReply(request.uint32(16), isPlus);
    const { owner } = this.#options;
    for (let index = first; index < ownEntries; index += 1) {
      const { number } = index === 0 ? inode : (inode.parent ?? inode);
      const name = index === 0 ? self : parent;
      if (!reply.hasRoomFor(name)) return { parts: [reply.bytes] };
      reply.add({ name, number, mode: fileType.directory, next: index + 1 }, undefined, owner);
    }
    const remembered: Inode[] = [];
    const undo = (): void => {
      for (const { id } of remembered) this.#inodes.forget(id, 1);
    };
    let at = Math.max(first - ownEntries, 0);
    try {
      for (let isFull = false; !isFull; ) {
        const entries = await directory.from(at, entriesAtOnce);
        if (entries.length === 0) break;
        for (const { name, node } of entries) {
          isFull = !reply.hasRoomFor(name);
          if (isFull) break;
          at += 1;
          const known = isPlus ? this.#inodes.remember(inode, name, node) : undefined;
          if (known) remembered.push(known);
          const number = known ? known.number : inodeNumber(inode, name, node);
          reply.add({ name, number, mode: modeOf(node), next: at + ownEntries }, known, owner);
        }
      }
    } catch (error) {
      undo();
      throw error;
    }
    return { parts: [reply.bytes], undo };
  }

  #getExtendedAttribute({ content }: Inode, request: FuseRequest): Answer {
    const value = extendedAttributes(content).get(Buffer.from(request.name(8)).toString("latin1"));
    if (value === undefined) throw new ErrorNumber(ENODATA);
    return this.#upTo(request.uint32(0), Buffer.from(value));
  }

  #listExtendedAttributes({ content }: Inode, request: FuseRequest): Answer {
    const names = [...extendedAttributes(content).keys()].map((name) => `${name}\0`);
    return this.#upTo(request.uint32(0), Buffer.from(names.join("")));
  }

  /** Who offers no room asks for the length. */
  #upTo(roomBytes: number, value: Uint8Array): Answer {
    if (roomBytes === 0) return { parts: [lengthReply(value.length)] };
    if (value.length > roomBytes) throw new ErrorNumber(ERANGE);
    return { parts: [value] };
  }
}
