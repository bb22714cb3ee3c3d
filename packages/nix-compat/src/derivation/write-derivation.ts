import { type ByteString, compareByteStrings } from "../byte-string.ts";
import type { Derivation } from "./derivation.ts";

/** The contents of the derivation's `.drv` file, whatever order its parts came in. */
export function writeDerivation(derivation: Derivation): ByteString {
  return createDerivationTemplate(derivation).write(writeInputDrvs(derivation.inputDrvs), derivation);
}

/**
 * A written derivation in which the parts that differ on the way to its store path can be exchanged: it is hashed with its
 * outputs masked and with its inputs replaced, and most of it, the environment, is the same each time.
 */
export interface DerivationTemplate {
  /**
   * Outputs and the variables of their names are taken from `completed`, which must have the same names; masked, their paths
   * are empty, as they were before they were known.
   */
  write(inputDrvs: ByteString, completed: Derivation | "masked"): ByteString;
}

export function createDerivationTemplate(derivation: Derivation): DerivationTemplate {
  const outputs = [...sortedEntries(derivation.outputs)];
  const { segments, exchangedNames } = writeRest(derivation);
  return {
    write(inputDrvs, completed) {
      let text = "Derive([";
      let separator = "";
      for (const [name, own] of outputs) {
        const output = completed === "masked" ? { ...own, path: "" } : completed.outputs.get(name)!;
        text += `${separator}(${quoted(name)},${quoted(output.path)},${quoted(output.hashAlgo)},${quoted(output.hash)})`;
        separator = ",";
      }
      text += `],[${inputDrvs}],[${segments[0]}`;
      for (const [index, name] of exchangedNames.entries()) {
        text += completed === "masked" ? '""' : quoted(completed.env.get(name)!);
        text += segments[index + 1];
      }
      return text;
    },
  };
}

/** What follows the input derivations, cut where the variables with the names of outputs have their values. */
function writeRest(derivation: Derivation): { segments: ByteString[]; exchangedNames: ByteString[] } {
  const segments: ByteString[] = [];
  const exchangedNames: ByteString[] = [];
  let rest = writeStrings(sortedUnique(derivation.inputSrcs));
  rest += `],${quoted(derivation.system)},${quoted(derivation.builder)},[${writeStrings(derivation.args)}],[`;
  let separator = "";
  for (const [name, value] of sortedEntries(derivation.env)) {
    rest += `${separator}(${quoted(name)},`;
    if (derivation.outputs.has(name)) {
      segments.push(rest);
      exchangedNames.push(name);
      rest = "";
    } else rest += quoted(value);
    rest += ")";
    separator = ",";
  }
  segments.push(`${rest}])`);
  return { segments, exchangedNames };
}

/** The list of inputs, without its brackets. The keys are paths, or the hashes that stand for them. */
export function writeInputDrvs(inputDrvs: ReadonlyMap<string, Iterable<string>>): ByteString {
  let text = "";
  let separator = "";
  for (const [key, outputNames] of sortedEntries(inputDrvs)) {
    text += `${separator}(${quoted(key)},[${writeStrings(sortedUnique(outputNames))}])`;
    separator = ",";
  }
  return text;
}

function writeStrings(strings: Iterable<ByteString>): ByteString {
  let text = "";
  let separator = "";
  for (const string of strings) {
    text += separator + quoted(string);
    separator = ",";
  }
  return text;
}

const needsEscape = /["\\\n\r\t]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what JSON escapes and derivations don't
const escapedInJsonAlone = /[\x00-\x08\x0b\x0c\x0e-\x1f]/;
const everyEscaped = /["\\\n\r\t]/g;
const escapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

/** Leaves most of the work to JSON's writer, which has the same escapes but for rare bytes and is many times faster. */
function quoted(text: ByteString): ByteString {
  if (!needsEscape.test(text)) return `"${text}"`;
  if (!escapedInJsonAlone.test(text)) return JSON.stringify(text);
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
