import { compareBytes, displayBytes } from "@tvix-mesh/castore";
import { ServiceError } from "@tvix-mesh/service";
import type { BuildConstraints, BuildRequest } from "./build-request.ts";
import { isCleanAbsolutePath, isCleanRelativePath, isWithin } from "./clean-path.ts";

const toBytes = (text: string): Uint8Array => Buffer.from(text, "utf8");

function refuse(field: string, value: string, reason: string): never {
  throw new ServiceError("invalid-argument", `Cannot build: ${field} ${value}: ${reason}`);
}

/** One list of a request: where it is, and what of its items is compared and shown in errors. */
interface Listing<Item> {
  readonly field: string;
  readonly items: readonly Item[];
  readonly key: (item: Item) => string;
}

function checkEach<Item>({ field, items, key }: Listing<Item>, faultOf: (key: string) => string | undefined): void {
  for (const [index, item] of items.entries()) {
    const fault = faultOf(key(item));
    if (fault) refuse(`${field}[${index}]`, JSON.stringify(key(item)), fault);
  }
}

function checkAscending(field: string, keys: readonly Uint8Array[]): void {
  for (const [index, key] of keys.entries()) {
    const before = keys[index - 1];
    const order = before ? compareBytes(before, key) : -1;
    if (before && order >= 0)
      refuse(
        `${field}[${index}]`,
        displayBytes(key),
        order === 0 ? "given twice" : `sorts before ${displayBytes(before)}`,
      );
  }
}

function checkSorted<Item>({ field, items, key }: Listing<Item>): void {
  checkAscending(
    field,
    items.map((item) => toBytes(key(item))),
  );
}

const relativePathFault = (path: string) => (isCleanRelativePath(path) ? undefined : "not a clean relative path");
const absolutePathFault = (path: string) => (isCleanAbsolutePath(path) ? undefined : "not a clean absolute path");
const nulFault = (text: string) => (text.includes("\0") ? "it has a NUL" : undefined);

function environmentKeyFault(key: string): string | undefined {
  if (key === "") return "it is empty";
  if (key.includes("=")) return "it has an equals sign";
  return nulFault(key);
}

function checkInputs(request: BuildRequest): void {
  checkAscending(
    "inputs",
    request.inputs.map(({ name }) => name),
  );
}

/** Inputs are read-only and may be symlinks, so nothing can be made at or below them. */
function checkOutsideInputs(request: BuildRequest, listing: Listing<unknown>): void {
  if (request.inputs.length === 0) return;
  const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");
  const names = new Set(request.inputs.map(({ name }) => latin1(name)));
  const inputsDir = latin1(toBytes(request.inputsDir));
  checkEach(listing, (path) => {
    const bytes = latin1(toBytes(path));
    if (!isWithin(bytes, inputsDir)) return undefined;
    const below = inputsDir === "" ? bytes : bytes.slice(inputsDir.length + 1);
    return names.has(below.split("/", 1)[0] ?? "") ? "it lies within an input" : undefined;
  });
}

function checkPathList<Item>(request: BuildRequest, listing: Listing<Item>): void {
  checkEach(listing, relativePathFault);
  checkSorted(listing);
  checkOutsideInputs(request, listing as Listing<unknown>);
}

function checkEnvironment({ environmentVars }: BuildRequest): void {
  const listing = {
    field: "environment_vars",
    items: environmentVars,
    key: (variable: { key: string }) => variable.key,
  };
  checkEach(listing, environmentKeyFault);
  checkSorted(listing);
  for (const [index, { key, value }] of environmentVars.entries())
    if (value.includes(0)) refuse(`environment_vars[${index}]`, JSON.stringify(key), "its value has a NUL");
}

function checkCommand({ commandArgs }: BuildRequest): void {
  if (commandArgs.length === 0) refuse("command_args", "[]", "it names no program");
  if (commandArgs[0] === "") refuse("command_args[0]", '""', "it names no program");
  checkEach({ field: "command_args", items: commandArgs, key: (argument) => argument }, nulFault);
}

function checkDirectory(field: string, path: string): void {
  if (path !== "" && !isCleanRelativePath(path)) refuse(field, JSON.stringify(path), "not a clean relative path");
}

function checkConstraints({ system, minMemoryBytes, availableRoPaths }: BuildConstraints): void {
  if (system === "") refuse("constraints.system", '""', "it is empty");
  if (minMemoryBytes < 0n) refuse("constraints.min_memory", String(minMemoryBytes), "it is negative");
  const listing = { field: "constraints.available_ro_paths", items: availableRoPaths, key: (path: string) => path };
  checkEach(listing, absolutePathFault);
  checkSorted(listing);
}

/**
 * `invalid-argument`, naming the field and its value, if the request breaks a rule. The names and digests of the
 * inputs were checked when their nodes were made.
 */
export function validateBuildRequest(request: BuildRequest): void {
  const identity = (path: string) => path;
  checkInputs(request);
  checkCommand(request);
  checkDirectory("working_dir", request.workingDir);
  checkDirectory("inputs_dir", request.inputsDir);
  checkPathList(request, { field: "scratch_paths", items: request.scratchPaths, key: identity });
  checkPathList(request, { field: "outputs", items: request.outputs, key: identity });
  checkPathList(request, { field: "additional_files", items: request.additionalFiles, key: ({ path }) => path });
  checkEnvironment(request);
  if (request.constraints) checkConstraints(request.constraints);
  checkEach({ field: "refscan_needles", items: request.refscanNeedles, key: identity }, (needle) =>
    needle === "" ? "it is empty" : undefined,
  );
}
