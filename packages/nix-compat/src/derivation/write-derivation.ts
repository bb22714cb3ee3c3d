import type { ByteString } from "../byte-string.ts";
import { compareByteStrings } from "../byte-string.ts";
import type { Derivation } from "./derivation.ts";

/** The contents of the derivation's `.drv` file, whatever order its parts came in. */
export function writeDerivation(derivation: Derivation): ByteString {
  const { outputs, rest } = writeAroundInputs(derivation, "as they are");
  return `${outputs}${writeInputDrvs(derivation.inputDrvs)}${rest}`;
}

/** What comes before and after the input derivations, which alone differ between a derivation and what its hash is of. */
export interface AroundInputs {
  readonly outputs: ByteString;
  readonly rest: ByteString;
}

/** Masked, the output paths and the variables of their names are empty, as they were before the paths were known. */
export function writeAroundInputs(derivation: Derivation, outputPaths: "as they are" | "masked"): AroundInputs {
  const masked = outputPaths === "masked";
  let outputs = "Derive([";
  let separator = "";
  for (const [name, output] of sortedEntries(derivation.outputs)) {
    const path = masked ? '""' : quoted(output.path);
    outputs += `${separator}(${quoted(name)},${path},${quoted(output.hashAlgo)},${quoted(output.hash)})`;
    separator = ",";
  }
  outputs += "],[";

  let rest = "],[";
  separator = "";
  for (const path of sortedUnique(derivation.inputSrcs)) {
    rest += separator + quoted(path);
    separator = ",";
  }
  rest += `],${quoted(derivation.system)},${quoted(derivation.builder)},[`;
  separator = "";
  for (const argument of derivation.args) {
    rest += separator + quoted(argument);
    separator = ",";
  }
  rest += "],[";
  separator = "";
  for (const [name, value] of sortedEntries(derivation.env)) {
    const written = masked && derivation.outputs.has(name) ? '""' : quoted(value);
    rest += `${separator}(${quoted(name)},${written})`;
    separator = ",";
  }
  rest += "])";
  return { outputs, rest };
}

export function writeInputDrvs(inputDrvs: ReadonlyMap<string, Iterable<string>>): ByteString {
  let text = "";
  let separator = "";
  for (const [key, outputNames] of sortedEntries(inputDrvs)) {
    text += `${separator}(${quoted(key)},[`;
    separator = "";
    for (const outputName of sortedUnique(outputNames)) {
      text += separator + quoted(outputName);
      separator = ",";
    }
    text += "])";
    separator = ",";
  }
  return text;
}

const needsEscape = /["\\\n\r\t]/;
const everyEscaped = /["\\\n\r\t]/g;
const escapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

function quoted(text: ByteString): ByteString {
  if (!needsEscape.test(text)) return `"${text}"`;
  return `"${text.replace(everyEscaped, (character) => escapes[character]!)}"`;
}

function sortedEntries<Value>(map: ReadonlyMap<string, Value>): Iterable<[string, Value]> {
  return isAscending(map.keys()) ? map : [...map].sort((left, right) => compareByteStrings(left[0], right[0]));
}

function sortedUnique(texts: Iterable<string>): Iterable<string> {
  return isAscending(texts) ? texts : [...new Set(texts)].sort(compareByteStrings);
}

function isAscending(texts: Iterable<string>): boolean {
  let last: string | undefined;
  for (const text of texts) {
    if (last !== undefined && last >= text) return false;
    last = text;
  }
  return true;
}
