import { createFileSystemView, type Node } from "@tvix-mesh/castore";
import { byteStringFromBytes, bytesFromByteString, type FileType } from "@tvix-mesh/eval";
import { StorePath, splitPathInStore } from "@tvix-mesh/nix-compat";
import { type CallOptions, ServiceError } from "@tvix-mesh/service";
import type { StoreServices } from "@tvix-mesh/store";
import type { EvaluationSession } from "../evaluator-service/evaluation-session.ts";
import { copyWithinStore } from "../sources/copy-within-store.ts";
import type { BridgeHandlers } from "./bridge-methods.ts";

const fileTypes: Readonly<Record<Node["kind"], FileType>> = {
  directory: "directory",
  file: "regular",
  symlink: "symlink",
};

/** The node at a path in the store, symlinks not followed; undefined if there is none. */
async function findNode(services: StoreServices, path: string, options: CallOptions): Promise<Node | undefined> {
  const { storePath, subPath } = splitPathInStore(path);
  const pathInfo = await services.pathInfos.get(storePath.digest, options);
  return (
    pathInfo && (await createFileSystemView(services).lookup(pathInfo.node, bytesFromByteString(subPath), options))
  );
}

async function requireNode<Kind extends Node["kind"]>(
  services: StoreServices,
  path: string,
  kind: Kind,
  options: CallOptions,
): Promise<Extract<Node, { readonly kind: Kind }>> {
  const node = await findNode(services, path, options);
  if (!node) throw new ServiceError("not-found", `path '${path}' does not exist`);
  if (node.kind !== kind) throw new ServiceError("failed-precondition", `path '${path}' is not a ${kind}`);
  return node as Extract<Node, { readonly kind: Kind }>;
}

/** Answers what the evaluating thread asks: what lies in the store, and to build what it wants to read. */
export function createStoreHandlers(
  services: StoreServices,
  session: EvaluationSession,
  options: CallOptions,
): BridgeHandlers {
  const view = createFileSystemView(services);
  return {
    async realise({ context, news }) {
      session.learn(news);
      const outputs = context.filter(({ kind }) => kind === "output").map(({ path }) => path);
      session.expect(outputs);
      await Promise.all(outputs.map((path) => session.realiser.realise(path, options)));
      const others = context.filter(({ kind }) => kind !== "output").map(({ path }) => path);
      await session.uploads.ensure(others, options);
      return undefined;
    },
    async isValidPath(storePath) {
      return (await services.pathInfos.get(StorePath.parseAbsolute(storePath).digest, options)) !== undefined;
    },
    async references(storePath) {
      const found = await services.pathInfos.get(StorePath.parseAbsolute(storePath).digest, options);
      return (found?.references ?? []).map((reference) => reference.absolute());
    },
    async fileType(path) {
      const node = await findNode(services, path, options);
      return node && fileTypes[node.kind];
    },
    async readFile(path) {
      const node = await requireNode(services, path, "file", options);
      return new Uint8Array(Buffer.concat(await Array.fromAsync(view.read(node, undefined, options))));
    },
    async readDir(path) {
      const node = await requireNode(services, path, "directory", options);
      const { entries } = await view.directory(node, options);
      return entries.map(({ name, node: entry }) => [byteStringFromBytes(name), fileTypes[entry.kind]] as const);
    },
    async readLink(path) {
      return byteStringFromBytes((await requireNode(services, path, "symlink", options)).target);
    },
    fetch: (request) => session.fetcher.fetch(request, options),
    async copyWithinStore(request) {
      const node = await findNode(services, request.path, options);
      if (!node) throw new ServiceError("not-found", `path '${request.path}' does not exist`);
      return await copyWithinStore(services, node, request, options);
    },
  };
}
