import type { Node } from "@tvix-mesh/castore";
import { formatContentAddress, formatNixHash, formatSignature } from "@tvix-mesh/nix-compat";
import { type PathInfo, sortedReferences } from "@tvix-mesh/store";
import { writeOutput } from "../output.ts";
import { runTracedCommand } from "../run-command.ts";
import { openStore } from "../services/open-store.ts";
import type { ServiceOptions } from "../services/service-options.ts";
import { parsePathInStore, requirePathInfo } from "./stored-path.ts";

export interface InfoOptions extends ServiceOptions {
  readonly json?: true;
}

function describeNode(node: Node): string {
  switch (node.kind) {
    case "directory":
      return `directory ${node.digest} (${node.size} entries)`;
    case "file":
      return `${node.executable ? "executable " : ""}file ${node.digest} (${node.size} bytes)`;
    case "symlink":
      return `symlink to ${Buffer.from(node.target).toString("utf8")}`;
  }
}

function toRecord(pathInfo: PathInfo) {
  return {
    path: pathInfo.storePath.absolute(),
    narHash: formatNixHash({ algorithm: "sha256", digest: pathInfo.narSha256 }, "nix32"),
    narSize: Number(pathInfo.narSizeBytes),
    references: sortedReferences(pathInfo).map((reference) => reference.absolute()),
    ...(pathInfo.deriver && { deriver: pathInfo.deriver.absolute() }),
    ...(pathInfo.ca && { ca: formatContentAddress(pathInfo.ca) }),
    signatures: pathInfo.signatures.map(formatSignature),
    root: describeNode(pathInfo.node),
  };
}

function toText(pathInfo: PathInfo): string {
  const { path, ...fields } = toRecord(pathInfo);
  const rows = Object.entries(fields).flatMap(([key, value]) => {
    const values = Array.isArray(value) ? value : [value];
    return values.map((text, index) => `  ${(index === 0 ? key : "").padEnd(10)}  ${text}\n`);
  });
  return `${path}\n${rows.join("")}`;
}

/** `tvix store info`: prints what is known of store paths. */
export function info(paths: readonly string[], options: InfoOptions): Promise<never> {
  return runTracedCommand("store info", async (signal) => {
    await using store = openStore(options);
    const found: PathInfo[] = [];
    for (const path of paths) found.push(await requirePathInfo(store, parsePathInStore(path), { signal }));
    await writeOutput(options.json ? `${JSON.stringify(found.map(toRecord))}\n` : found.map(toText).join(""));
  });
}
