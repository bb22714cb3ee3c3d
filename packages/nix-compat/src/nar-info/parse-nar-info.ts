import { parseContentAddress } from "../content-address.ts";
import { FormatError } from "../format-error.ts";
import { type NixHash, parseNixHash } from "../nix-hash.ts";
import { parseSignature, type Signature } from "../signature/signature.ts";
import { defaultStoreDir, StorePath } from "../store-path.ts";
import type { NarInfo } from "./nar-info.ts";

const singleFields = [
  "StorePath",
  "URL",
  "Compression",
  "FileHash",
  "FileSize",
  "NarHash",
  "NarSize",
  "References",
  "Deriver",
  "System",
  "CA",
] as const;
type SingleField = (typeof singleFields)[number];

interface Line {
  readonly number: number;
  readonly value: string;
}

/** Reads a `.narinfo` file. Unknown fields are ignored, as by Nix; errors name line and field. */
export function parseNarInfo(text: string, storeDir: string = defaultStoreDir): NarInfo {
  const { fields, signatureLines } = splitFields(text);

  function optional<Value>(name: SingleField, parse: (value: string) => Value): Value | undefined {
    const line = fields.get(name);
    return line === undefined ? undefined : parseLine(name, line, parse);
  }
  function required<Value>(name: SingleField, parse: (value: string) => Value): Value {
    const line = fields.get(name);
    if (line === undefined) throw new FormatError(`Cannot parse narinfo: the field ${name} is missing`);
    return parseLine(name, line, parse);
  }

  return {
    storePath: required("StorePath", (value) => StorePath.parseAbsolute(value, storeDir)),
    url: required("URL", parseText),
    compression: optional("Compression", (value) => value) || "bzip2",
    fileHash: optional("FileHash", (value) => parseNixHash(value)),
    fileSizeBytes: optional("FileSize", parseSize),
    narHash: required("NarHash", parseNarHash),
    narSizeBytes: required("NarSize", parseNarSize),
    references: optional("References", parseReferences) ?? [],
    deriver: optional("Deriver", parseDeriver),
    system: optional("System", parseText),
    signatures: signatureLines.map((line): Signature => parseLine("Sig", line, parseSignature)),
    contentAddress: optional("CA", (value) => (value === "" ? undefined : parseContentAddress(value))),
  };
}

function splitFields(text: string): { fields: Map<string, Line>; signatureLines: Line[] } {
  const fields = new Map<string, Line>();
  const signatureLines: Line[] = [];
  const lines = text.split("\n");
  if (lines.pop() !== "") throw new FormatError("Cannot parse narinfo: its last line doesn't end");
  for (const [index, line] of lines.entries()) {
    const number = index + 1;
    const colon = line.indexOf(": ");
    if (colon < 1) throw new FormatError(`Cannot parse narinfo: line ${number} is no field: ${JSON.stringify(line)}`);
    const name = line.slice(0, colon);
    const value = line.slice(colon + 2);
    if (name === "Sig") signatureLines.push({ number, value });
    else if ((singleFields as readonly string[]).includes(name)) {
      if (fields.has(name)) throw new FormatError(`Cannot parse narinfo: line ${number}: ${name} for the second time`);
      fields.set(name, { number, value });
    }
  }
  return { fields, signatureLines };
}

function parseLine<Value>(name: string, line: Line, parse: (value: string) => Value): Value {
  try {
    return parse(line.value);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new FormatError(`Cannot parse narinfo: line ${line.number}: ${name}: ${reason}`, { cause });
  }
}

function parseText(value: string): string {
  if (value === "" || value.includes("\r")) throw new FormatError(`illegal value ${JSON.stringify(value)}`);
  return value;
}

function parseNarHash(value: string): NixHash {
  const hash = parseNixHash(value);
  if (hash.algorithm !== "sha256") throw new FormatError(`${hash.algorithm} instead of sha256`);
  return hash;
}

function parseSize(value: string): bigint {
  const size = /^[0-9]{1,20}$/.test(value) ? BigInt(value) : undefined;
  if (size === undefined || size >= 1n << 64n) throw new FormatError(`"${value}" is no size`);
  return size;
}

function parseNarSize(value: string): bigint {
  const size = parseSize(value);
  if (size === 0n) throw new FormatError("no NAR is empty");
  return size;
}

function parseReferences(value: string): readonly StorePath[] {
  const names = value.split(" ").filter((name) => name !== "");
  return names.map((name) => StorePath.parse(name));
}

function parseDeriver(value: string): StorePath | undefined {
  return value === "unknown-deriver" ? undefined : StorePath.parse(value);
}
