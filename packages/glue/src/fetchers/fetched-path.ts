import type { Node } from "@tvix-mesh/castore";
import {
  type FixedOutputMethod,
  formatNixHash,
  makeFixedOutputPath,
  noReferences,
  StorePath,
  storePathNameProblem,
} from "@tvix-mesh/nix-compat";
import { type CallOptions, ServiceError } from "@tvix-mesh/service";
import { addAddressedContents, type PathInfo, type StoreServices } from "@tvix-mesh/store";
import type { Fetched } from "./fetcher.ts";

/** `invalid-argument` unless a store path can have that name: before anything is fetched. */
export function requireName(name: string): void {
  const problem = storePathNameProblem(name);
  if (problem !== undefined)
    throw new ServiceError("invalid-argument", `invalid store path name '${name}': ${problem}`);
}

/** The path info of what has that hash, if the store has it. */
export async function findExpected(
  { pathInfos }: StoreServices,
  name: string,
  method: FixedOutputMethod,
  sha256: Uint8Array | undefined,
  options: CallOptions,
): Promise<PathInfo | undefined> {
  if (!sha256) return undefined;
  const { digest } = makeFixedOutputPath(name, method, { algorithm: "sha256", digest: sha256 });
  return await pathInfos.get(digest, options);
}

/** The path info of an earlier result, if the store still has it. */
export async function findKnown(
  { pathInfos }: StoreServices,
  storePath: string | undefined,
  options: CallOptions,
): Promise<PathInfo | undefined> {
  return storePath === undefined ? undefined : await pathInfos.get(StorePath.parseAbsolute(storePath).digest, options);
}

export interface Result {
  readonly name: string;
  readonly node: Node;
  readonly method: FixedOutputMethod;
  /** Of the file's bytes; needed for `flat` only. */
  readonly flatSha256?: Uint8Array;
  /** Where it came from, for the message if it isn't what was expected. */
  readonly url: string;
}

function mismatch(url: string, specified: Uint8Array, got: Uint8Array): ServiceError {
  const show = (digest: Uint8Array) => formatNixHash({ algorithm: "sha256", digest }, "nix32");
  return new ServiceError(
    "failed-precondition",
    `hash mismatch in file downloaded from '${url}':\n  specified: ${show(specified)}\n  got:       ${show(got)}`,
  );
}

/** Makes what was fetched a store path. `failed-precondition` with both hashes if it isn't what was expected. */
export async function addResult(
  services: StoreServices,
  { name, node, method, flatSha256, url }: Result,
  expected: Uint8Array | undefined,
  options: CallOptions,
): Promise<PathInfo> {
  const nar = await services.narCalculation.calculateNar(node, options);
  const digest = method === "flat" && flatSha256 ? flatSha256 : nar.narSha256;
  if (expected && !Buffer.from(expected).equals(digest)) throw mismatch(url, expected, digest);
  const ca = { method, hash: { algorithm: "sha256", digest } } as const;
  return await addAddressedContents(services, { name, node, nar, ca, references: noReferences }, options);
}

export function toFetched(
  { storePath, narSha256 }: PathInfo,
  more: Partial<Omit<Fetched, "storePath" | "narSha256">> = {},
): Fetched {
  return { storePath: storePath.absolute(), narSha256, warnings: [], ...more };
}
