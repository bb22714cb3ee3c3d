import { formatDigest, hashBytes, isHashAlgorithm } from "@tvix-mesh/nix-compat";
import { compilePosixRegex } from "../posix-regex/compile-posix-regex.ts";
import type { PosixRegex } from "../posix-regex/posix-regex.ts";
import { PosixRegexError } from "../posix-regex/posix-regex-error.ts";
import { coerceToString } from "../run/coercion.ts";
import type { Machine } from "../run/machine.ts";
import { makeAttrs } from "../values/attrs.ts";
import { bytesFromByteString } from "../values/byte-string.ts";
import { joinContexts } from "../values/context.ts";
import { NixError } from "../values/nix-error.ts";
import { contextOf, type Lazy, makeString, type NixString, textOf, type Value } from "../values/value.ts";
import { compareVersions } from "../versions/compare-versions.ts";
import { parseDrvName } from "../versions/parse-drv-name.ts";
import { splitVersion } from "../versions/split-version.ts";
import { type CoreBuiltin, define } from "./define.ts";

const asInterpolated = { copyToStore: true, coerceMore: false };

function first(name: string): string {
  return `evaluating the first argument passed to builtins.${name}`;
}

function second(name: string): string {
  return `evaluating the second argument passed to builtins.${name}`;
}

export const stringBuiltins: readonly CoreBuiltin[] = [
  define("toString", (machine, value) => coerceToString(machine, value, { copyToStore: false, coerceMore: true })),
  define("stringLength", (machine, value) => textOf(machine.coerceToString(value, asInterpolated)).length),
  define("substring", (machine, start, length, value) => {
    const from = machine.forceSmallInteger(start, first("substring"));
    if (from < 0) throw new NixError("evaluation", "negative start position in 'substring'");
    const count = machine.forceSmallInteger(length, second("substring"));
    const coerced = machine.coerceToString(value, asInterpolated);
    const text = textOf(coerced);
    return makeString(count < 0 ? text.slice(from) : text.slice(from, from + count), contextOf(coerced));
  }),
  define("concatStringsSep", (machine, separator, list) => {
    const between = machine.forceString(separator, first("concatStringsSep"));
    let context = contextOf(between);
    const parts: string[] = [];
    for (const element of machine.forceList(list, second("concatStringsSep"))) {
      const coerced = machine.coerceToString(element, asInterpolated);
      parts.push(textOf(coerced));
      context = joinContexts(context, contextOf(coerced));
    }
    return makeString(parts.join(textOf(between)), context);
  }),
  define("replaceStrings", replaceStrings),
  define("match", (machine, pattern, value) => {
    const regex = compile(machine.forcePlainString(pattern, first("match")));
    const text = textOf(machine.forceString(value, second("match")));
    return guarded(() => regex.match(text, () => machine.look(0)) ?? null);
  }),
  define("split", (machine, pattern, value) => {
    const regex = compile(machine.forcePlainString(pattern, first("split")));
    const subject = machine.forceString(value, second("split"));
    return guarded(() => split(machine, regex, subject));
  }),
  define("hashString", (machine, algorithm, value) => {
    const name = machine.forcePlainString(algorithm, first("hashString"));
    return hashOf(name, () => bytesFromByteString(textOf(machine.forceString(value, second("hashString")))));
  }),
  define("parseDrvName", (machine, name) => {
    const parsed = parseDrvName(machine.forcePlainString(name, first("parseDrvName")));
    return makeAttrs([
      ["name", parsed.name],
      ["version", parsed.version],
    ]);
  }),
  define("compareVersions", (machine, left, right) => {
    const earlier = machine.forcePlainString(left, first("compareVersions"));
    return compareVersions(earlier, machine.forcePlainString(right, second("compareVersions")));
  }),
  define("splitVersion", (machine, version) => splitVersion(machine.forcePlainString(version, first("splitVersion")))),
];

/** The hexadecimal hash of bytes by the algorithm a program names. */
/** An unknown algorithm fails before the bytes are asked for. */
export function hashOf(algorithm: string, readBytes: () => Uint8Array): string {
  if (!isHashAlgorithm(algorithm)) throw new NixError("hash-algorithm", `unknown hash algorithm '${algorithm}'`);
  return formatDigest(hashBytes(algorithm, readBytes()), "base16");
}

function compile(pattern: string): PosixRegex {
  return guarded(() => compilePosixRegex(pattern));
}

function guarded<Result>(run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    if (error instanceof PosixRegexError) throw new NixError("regular-expression", error.message);
    throw error;
  }
}

/** The pieces between matches, and for each match the list of its groups. */
/** Only a string without a match comes back as it is, with its context. */
function split(machine: Machine, regex: PosixRegex, subject: NixString): Value {
  const text = textOf(subject);
  const result: Lazy[] = [];
  let from = 0;
  for (const match of regex.split(text, () => machine.look(0))) {
    result.push(text.slice(from, match.start));
    result.push(match.groups);
    from = match.end;
  }
  result.push(result.length === 0 ? subject : text.slice(from));
  return result;
}

/** At each place the first pattern that matches wins; an empty pattern matches everywhere, and consumes nothing. */
function replaceStrings(machine: Machine, from: Lazy, to: Lazy, value: Lazy): Value {
  const unforcedPatterns = machine.forceList(from, first("replaceStrings"));
  const replacements = machine.forceList(to, second("replaceStrings"));
  if (unforcedPatterns.length !== replacements.length) {
    throw new NixError("evaluation", "'from' and 'to' arguments to 'replaceStrings' have different lengths");
  }
  const patterns = unforcedPatterns.map((pattern) =>
    textOf(machine.forceString(pattern, "evaluating one of the strings to replace passed to builtins.replaceStrings")),
  );
  const subject = machine.forceString(value, "evaluating the third argument passed to builtins.replaceStrings");
  const text = textOf(subject);
  const byFirstByte = groupByFirstByte(patterns);
  let context = contextOf(subject);
  let result = "";
  let copied = 0;
  for (let at = 0; at <= text.length; ) {
    const found = byFirstByte(text, at);
    if (found < 0) {
      at++;
      continue;
    }
    const replacement = machine.forceString(
      replacements[found] as Lazy,
      "evaluating one of the replacement strings passed to builtins.replaceStrings",
    );
    context = joinContexts(context, contextOf(replacement));
    result += text.slice(copied, at) + textOf(replacement);
    copied = at;
    const { length } = patterns[found] as string;
    at += length === 0 ? 1 : length;
    if (length > 0) copied = at;
  }
  return makeString(result + text.slice(copied), context);
}

/** Finds the first pattern that matches at a place, trying only those that can. */
function groupByFirstByte(patterns: readonly string[]): (text: string, at: number) => number {
  const candidates = new Map<number, number[]>();
  const empty = patterns.indexOf("");
  patterns.forEach((pattern, index) => {
    if (pattern === "" || (empty >= 0 && empty < index)) return;
    const byte = pattern.charCodeAt(0);
    const group = candidates.get(byte);
    if (group === undefined) candidates.set(byte, [index]);
    else group.push(index);
  });
  return (text, at) => {
    for (const index of candidates.get(text.charCodeAt(at)) ?? []) {
      if (text.startsWith(patterns[index] as string, at)) return index;
    }
    return empty;
  };
}
