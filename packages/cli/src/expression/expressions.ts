import { resolve } from "node:path";
import process from "node:process";
import { environment } from "@tvix-mesh/service/environment";
import { pairSeparator } from "../fold-pairs.ts";
import { readStandardInput } from "../standard-input.ts";
import { defaultSearchPath } from "./default-search-path.ts";
import { readRules } from "./evaluation-rules.ts";
import type { ExpressionOptions, FileArgumentOptions } from "./expression-options.ts";
import { parseNixPath, parseSearchPathEntry, type SearchPathEntry } from "./search-path.ts";

type Source =
  | { readonly case: "text"; readonly value: Uint8Array<ArrayBuffer> }
  | { readonly case: "file"; readonly value: string };

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

async function readSource(argument: string, options: ExpressionOptions, directory: string): Promise<Source> {
  if (options.expr) return { case: "text", value: bytesOf(argument) };
  if (argument === "-") return { case: "text", value: await readStandardInput() };
  if (/^<[^>]+>$/.test(argument)) return { case: "text", value: bytesOf(`import ${argument}`) };
  return { case: "file", value: resolve(directory, argument) };
}

/** A folded pair; what could not be folded lacks a word. */
function readPair(pair: string) {
  const [option, name = "", text] = pair.split(pairSeparator);
  if (text === undefined) throw new Error(`Cannot pass an argument: ${pair} lacks its value`);
  const kind: "expression" | "string" = option === "--argstr" ? "string" : "expression";
  return { name, kind, text };
}

/** The arguments of --arg and --argstr, in their order. */
export function readArguments({ arg = [], argstr = [] }: FileArgumentOptions) {
  return [...arg, ...argstr].map(readPair);
}

/** Where `<…>` is looked up: by -I, then by NIX_PATH or else in channels, unless the evaluation may not see them. */
export function readSearchPath(options: FileArgumentOptions, directory: string): readonly SearchPathEntry[] {
  const { include = [], pureEval = false, restrictEval = false } = options;
  // Even an empty one counts.
  const nixPath = environment.all().NIX_PATH;
  const seesChannels = nixPath === undefined && !pureEval && !restrictEval;
  return [
    ...include.map((entry) => parseSearchPathEntry(entry, directory)),
    ...parseNixPath(nixPath ?? "", directory),
    ...(seesChannels ? defaultSearchPath() : []),
  ];
}

/** The expressions that a command line asks for, in its order, as an evaluator on any machine path understands them. */
export async function readExpressions(words: readonly string[], options: ExpressionOptions) {
  if (options.expr && words.length === 0) throw new Error("Cannot evaluate: -E needs an expression");
  const directory = process.cwd();
  const common = {
    baseDir: directory,
    attributes: [...(options.attr ?? [])],
    arguments: readArguments(options).map(({ name, kind, text }) => ({
      name,
      value: { case: kind, value: bytesOf(text) },
    })),
    searchPath: [...readSearchPath(options, directory)],
    ...readRules(options),
    examine: options.warnings ?? false,
  };
  const expressions = [];
  for (const word of words.length === 0 ? ["default.nix"] : words)
    expressions.push({ ...common, source: await readSource(word, options, directory) });
  return expressions;
}
