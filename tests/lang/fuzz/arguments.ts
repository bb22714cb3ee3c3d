import type { Kind } from "./builtin-shapes.ts";
import { jsonText, regex, subject, tomlText, version } from "./documents.ts";
import { quote, stringLiteral, word } from "./literals.ts";
import type { Random } from "./random.ts";

/** Writes arguments that a built-in's parameters ask for; `expression` makes those of an ordinary kind. */
export interface ArgumentParts {
  readonly random: Random;
  readonly expression: (kind: Kind) => string;
  /** A function of one parameter, of a kind, that gives another kind. */
  readonly functionOf: (parameter: Kind, result: Kind) => string;
}

// What `sharedStorePaths` makes.
const storePath = '"/nix/store/rjpa7kdyl9a1irk0c5q47h80g8sam5p8-a"';
const derivationPath = '"/nix/store/4jk6vf5kyrw54cmw6jvaxfyainc1lf70-b.drv"';
/** Evaluated by a store, gives it the paths that programs refer to; it refuses others. */
export const sharedStorePaths =
  '[ (builtins.toFile "a" "") (derivation { name = "b"; system = "s"; builder = "/b"; outputs = [ "out" "dev" ]; }).drvPath ]';

const contexts = [
  `{ ${storePath} = { path = true; }; }`,
  `{ ${derivationPath} = { outputs = [ "out" "dev" ]; }; }`,
  `{ ${derivationPath} = { allOutputs = true; }; }`,
  `{ ${storePath} = { path = true; }; ${derivationPath} = { outputs = [ "out" ]; allOutputs = true; path = true; }; }`,
  `{ ${derivationPath} = { }; }`,
  "{ }",
  "{ x = { path = true; }; }",
  `{ ${storePath} = { outputs = [ "out" ]; }; }`,
];
const comparisons = ["builtins.lessThan", "(x: y: x > y)", "(x: y: false)", "(x: y: x <= y)", "(x: y: true)"];
const fixtures = [
  "./text",
  "./number.nix",
  "./function.nix",
  "./folder",
  "./none",
  "./broken.nix",
  "./scoped.nix",
  '"text"',
];
const searchPaths = [
  '[ { prefix = ""; path = ./.; } ]',
  '[ { prefix = "p"; path = ./folder; } { path = ./.; prefix = "p"; } ]',
  "[ ]",
  "[ { path = ./.; } ]",
  '[ { prefix = "text"; path = "${toString ./.}/number.nix"; } ]',
];

/** A string that refers to the store. */
export function contextString(random: Random): string {
  return `(builtins.appendContext ${stringLiteral(random)} ${random.pick(contexts)})`;
}

function list(items: readonly string[]): string {
  return `[ ${items.join(" ")} ]`;
}

export function makeArgument(shape: string, { random, expression, functionOf }: ArgumentParts): string {
  const listOf = (kind: Kind): string => list(random.some(5, () => expression(kind)));
  switch (shape) {
    case "index":
      return random.pick(["0", "1", "2", "3", "(-1)", "5"]);
    case "small-float":
      return expression("float");
    case "text":
      return quote(random.chance(50) ? word(random) : subject(random));
    case "texts":
      return list(random.some(4, () => random.pick(["null", "true", "1.5", '"a"', "[ ]", "[ [ ] 1 ]", "/a", "false"])));
    case "predicate":
      return functionOf("any", "bool");
    case "callable":
      return random.pick([
        "{ __functor = self: x: [ self.n or 0 x ]; n = 1; }",
        "(builtins.add 1)",
        "({ a ? 1, ... }@s: s)",
        "{ __functor = builtins.intersectAttrs; a = 1; }",
        "({ a, b ? a, ... }: b)",
        "builtins.toString",
      ]);
    case "function2":
      return `(x: ${functionOf("any", "any")})`;
    case "string-function2":
      return random.pick([
        "(x: y: x + y)",
        '(x: y: "${y}-${x}")',
        "(x: y: y)",
        "(x: y: builtins.substring 0 3 (x + y))",
      ]);
    case "comparison":
      return random.pick(comparisons);
    case "key-comparison":
      return random.pick(["(x: y: x.k < y.k)", "(x: y: x.k > y.k)", "(x: y: x.k <= y.k)", "(x: y: x.n < y.n)"]);
    case "keyed":
      return list(random.some(24, (index) => `{ k = ${random.below(4)}; n = ${index}; }`));
    case "list-function":
      return functionOf("any", "list");
    case "string-function":
      return functionOf("string", "string");
    case "ints":
      return listOf("int");
    case "strings":
      return listOf("string");
    case "mixed":
      return list(random.some(5, () => expression(random.pick(["int", "float", "int", "float", "string"]))));
    case "lists":
      return listOf("list");
    case "sets":
      return listOf("attrs");
    case "two-strings":
      return list([stringLiteral(random), stringLiteral(random)]);
    case "subject-parts":
      return list(
        ["", "a", "b", "ab", "x", "é"]
          .filter(() => random.chance(30))
          .map(quote)
          .slice(0, 3),
      );
    case "replacements":
      return list(random.some(4, () => (random.chance(15) ? expression("string") : quote(word(random)))));
    case "pairs":
      return random.pick([
        '[ { name = "a"; value = 1; } { name = "a"; value = 2; } ]',
        `[ { name = ${stringLiteral(random)}; value = ${expression("any")}; } { name = "b"; value = 1; } ]`,
        "[ { name = 1; } ]",
        '[ { name = "a"; } ]',
      ]);
    case "name":
      return random.pick(['"a"', '"b"', '"x y"', '"z"']);
    case "names":
      return random.pick(["[ ]", '[ "a" ]', '[ "b" "c" ]', '[ "z" "a" ]', '[ "a" "a" ]']);
    case "version":
      return quote(version(random));
    case "path-text":
      return random.pick([
        '"/a/b"',
        '"a"',
        '"a/"',
        '"/"',
        '""',
        "/a/b",
        '"a//b"',
        '"/a/../b/"',
        '"//"',
        "/.",
        '"a/b/c/"',
      ]);
    case "algorithm":
      return random.pick(['"md5"', '"sha1"', '"sha256"', '"sha512"', '"x"']);
    case "json":
      return quote(jsonText(random));
    case "json-of-value":
      return `(builtins.toJSON ${expression(random.pick(["list", "attrs", "string", "float", "int"]))})`;
    case "toml":
      return quote(tomlText(random));
    case "regex":
      return quote(regex(random));
    case "subject":
      return random.chance(8) ? contextString(random) : quote(subject(random));
    case "context-string":
      return random.chance(80) ? contextString(random) : expression("string");
    case "context":
      return random.pick(contexts);
    case "fixture":
      return random.pick(fixtures);
    case "search-path":
      return random.pick(searchPaths);
    case "search-name":
      return random.pick(['"text"', '"p/x.nix"', '"p"', '"q"', '"folder/x.nix"']);
    case "thrower":
      return random.pick([
        '(throw "t")',
        "(assert false; 1)",
        "<none>",
        `(throw ${expression("any")})`,
        `(assert ${expression("bool")}; ${expression("any")})`,
      ]);
    case "closure":
      return closure(random);
    default:
      return expression(shape as Kind);
  }
}

function closure(random: Random): string {
  const key = (): string =>
    random.pick([String(random.below(5)), `${random.below(4)}.0`, '"a"', "[ 1 ]", "[ 0 2 ]", "null"]);
  if (random.chance(30)) {
    const items = random.some(4, () => `{ key = ${key()}; }`);
    return `{ startSet = ${list(items)}; operator = i: ${random.pick(["[ ]", "[ { key = 1; } ]", "[ i ]", "[ { } ]", "1"])}; }`;
  }
  const step = `${1 + random.below(2)}`;
  const next = random.pick([
    `[ { key = i.key + ${step}; } ]`,
    `[ { key = i.key + ${step}; from = i.key; } { key = i.key - 0.0; } ]`,
    `(map (n: { key = i.key + n; }) [ 1 ${step} ])`,
  ]);
  return `{ startSet = [ { key = ${random.below(5)}; } ]; operator = i: if i.key > 3 then [ ] else ${next}; }`;
}
