/** What a generated expression should be; `any` is one of the others. */
type Kind = "int" | "float" | "string" | "bool" | "null" | "list" | "attrs" | "function" | "path" | "any";

const kinds: readonly Kind[] = ["int", "float", "string", "bool", "null", "list", "attrs", "function", "path"];

/** A built-in, what it gives, and its parameters: kinds, or special shapes that `argument` knows. */
type BuiltinShape = readonly [name: string, result: Kind, parameters: readonly string[]];

/** A name in scope, and what it probably is. */
interface Variable {
  readonly name: string;
  readonly kind: Kind;
}

function unknown(...names: readonly string[]): Variable[] {
  return names.map((name) => ({ name, kind: "any" }));
}

const builtinShapes: readonly BuiltinShape[] = [
  ["add", "int", ["int", "int"]],
  ["sub", "float", ["float", "int"]],
  ["mul", "int", ["int", "int"]],
  ["div", "int", ["int", "int"]],
  ["lessThan", "bool", ["int", "float"]],
  ["bitAnd", "int", ["int", "int"]],
  ["bitOr", "int", ["int", "int"]],
  ["bitXor", "int", ["int", "int"]],
  ["ceil", "int", ["small-float"]],
  ["floor", "int", ["small-float"]],
  ["length", "int", ["list"]],
  ["head", "any", ["list"]],
  ["tail", "list", ["list"]],
  ["elemAt", "any", ["list", "index"]],
  ["elem", "bool", ["any", "list"]],
  ["map", "list", ["function", "list"]],
  ["filter", "list", ["predicate", "list"]],
  ["all", "bool", ["predicate", "list"]],
  ["any", "bool", ["predicate", "list"]],
  ["foldl'", "any", ["function2", "any", "list"]],
  ["concatLists", "list", ["lists"]],
  ["concatMap", "list", ["list-function", "list"]],
  ["genList", "list", ["function", "index"]],
  ["sort", "list", ["comparison", "ints"]],
  ["partition", "attrs", ["predicate", "list"]],
  ["groupBy", "attrs", ["string-function", "strings"]],
  ["attrNames", "list", ["attrs"]],
  ["attrValues", "list", ["attrs"]],
  ["hasAttr", "bool", ["name", "attrs"]],
  ["getAttr", "any", ["name", "attrs"]],
  ["listToAttrs", "attrs", ["pairs"]],
  ["removeAttrs", "attrs", ["attrs", "names"]],
  ["intersectAttrs", "attrs", ["attrs", "attrs"]],
  ["catAttrs", "list", ["name", "sets"]],
  ["mapAttrs", "attrs", ["function2", "attrs"]],
  ["zipAttrsWith", "attrs", ["function2", "sets"]],
  ["stringLength", "int", ["string"]],
  ["substring", "string", ["index", "index", "string"]],
  ["concatStringsSep", "string", ["string", "strings"]],
  ["replaceStrings", "string", ["two-strings", "two-strings", "string"]],
  ["splitVersion", "list", ["version"]],
  ["compareVersions", "int", ["version", "version"]],
  ["parseDrvName", "attrs", ["version"]],
  ["baseNameOf", "string", ["path-text"]],
  ["dirOf", "any", ["path-text"]],
  ["hashString", "string", ["algorithm", "string"]],
  ["toString", "string", ["any"]],
  ["toJSON", "string", ["any"]],
  ["fromJSON", "any", ["json"]],
  ["fromTOML", "attrs", ["toml"]],
  ["toXML", "string", ["any"]],
  ["match", "any", ["regex", "subject"]],
  ["split", "list", ["regex", "subject"]],
  ["typeOf", "string", ["any"]],
  ["isInt", "bool", ["any"]],
  ["isAttrs", "bool", ["any"]],
  ["isFunction", "bool", ["any"]],
  ["isString", "bool", ["any"]],
  ["tryEval", "attrs", ["any"]],
  ["seq", "any", ["any", "any"]],
  ["deepSeq", "any", ["any", "any"]],
  ["functionArgs", "attrs", ["function"]],
  ["genericClosure", "list", ["closure"]],
  ["throw", "any", ["string"]],
];

const names = ["a", "b", "c", "d", "k", "l", '"x y"', "e'"] as const;
const bindingNames = ["c", "d", "f", "k", "l", "m", '"x y"', "e'"] as const;
const texts = [
  '""',
  '"a"',
  '"b"',
  '"ab"',
  '"B"',
  '"a-b_c"',
  '"1.2"',
  '"é"',
  '"\\n\\t\\"\\\\"',
  '"$x"',
  '"\\${a}"',
  "''\n    a\n      b\n  ''",
  "''x''${y} '''z''",
  "x:y",
] as const;
const integers = [
  "0",
  "1",
  "2",
  "3",
  "7",
  "(-1)",
  "(-5)",
  "255",
  "100000",
  "9007199254740993",
  "9223372036854775807",
] as const;
const floats = ["0.5", "1.0", "2.5", "(-1.5)", "1.0e10", "1.0e-7", "0.1", "3.0", "123456.789"] as const;
const strayTokens = [
  ..."(){}[];:=.,@?+-*/\\!<>&|#$'\"",
  "${",
  "''",
  "rec",
  "let",
  "in",
  "inherit",
  "or",
  "//",
  "a",
  "/**/",
];
const paths = ["/a", "/a/b", "/n", "/a/../b", "/x/y.nix"] as const;
const patterns = ["a", "(a)(b)?", "[a-b]+", ".*", "(.*)-(.*)", "", "a*", "(a|ab)(b*)", "[[:digit:]]+", "x|y", "(", "é"];
const subjects = ["a", "ab", "a-b-c", "", "12", "aab", "xay", "é"];
const versions = ["1.2.3", "1.2pre4", "a-1.0", "hello-2.10-rc1", "", "1..2", "2", "a-b", "99999999999.1"];
const documents = ["1", "[1, 2.5, null]", '{"a": {"b": [true]}, "a": 2}', '"x\\u00e9"', "[", "1e3", "-0.0", "  []  "];
const tomls = ["a = 1", "a = [1, 2]", "[x]\\ny = 'z'", "a.b = true\\na.c = 1.5", "a =", "t = [[1], [2]]"];
const binaryOperators: Readonly<Record<string, readonly [Kind, Kind, Kind]>> = {
  "+": ["int", "int", "int"],
  "-": ["int", "int", "int"],
  "*": ["int", "float", "float"],
  "/": ["int", "int", "int"],
  "++": ["list", "list", "list"],
  "//": ["attrs", "attrs", "attrs"],
  "==": ["any", "any", "bool"],
  "!=": ["any", "any", "bool"],
  "<": ["int", "float", "bool"],
  "<=": ["string", "string", "bool"],
  ">": ["list", "list", "bool"],
  ">=": ["path", "path", "bool"],
  "&&": ["bool", "bool", "bool"],
  "||": ["bool", "bool", "bool"],
  "->": ["bool", "bool", "bool"],
};

/** Makes programs of the language, most of them well-typed, the same ones from the same seed. */
export class ProgramGenerator {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  program(): string {
    return this.#expression("any", 6, []);
  }

  /** A program with a token or two lost, doubled, swapped or replaced: most are wrong, some mean something else. */
  mangledProgram(): string {
    const tokens =
      this.program().match(/[A-Za-z_][A-Za-z0-9_'-]*|[0-9.]+|''|\$\{|[=<>!&|+/-]{2}|\.\.\.|\s+|./gsu) ?? [];
    for (let count = 1 + this.#random(2); count > 0; count--) {
      const index = this.#random(tokens.length);
      const token = tokens[index] ?? "";
      const replacements = ["", `${token}${token}`, `${tokens[index + 1] ?? ""}${token}`, this.#pick(strayTokens)];
      tokens[index] = this.#pick(replacements);
    }
    return tokens.join("");
  }

  #random(limit: number): number {
    // mulberry32
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  }

  #pick<Item>(items: readonly Item[]): Item {
    return items[this.#random(items.length)] as Item;
  }

  #chance(percent: number): boolean {
    return this.#random(100) < percent;
  }

  /** A complete expression in parentheses where it needs them. */
  #expression(wanted: Kind, depth: number, scope: readonly Variable[]): string {
    const kind = wanted === "any" || this.#chance(4) ? this.#pick(kinds) : wanted;
    const fitting = scope.filter((variable) => variable.kind === kind || variable.kind === "any");
    if (fitting.length > 0 && this.#chance(30)) return this.#pick(fitting).name;
    if (scope.length > 0 && this.#chance(2)) return this.#pick(scope).name;
    if (depth <= 0 || (depth < 4 && this.#chance(15))) return this.#leaf(kind);
    switch (this.#random(14)) {
      case 0:
        return `(if ${this.#expression("bool", depth - 1, scope)} then ${this.#expression(kind, depth - 1, scope)} else ${this.#expression(kind, depth - 1, scope)})`;
      case 1:
        return this.#letExpression(kind, depth, scope);
      case 2:
        return `(with { a = 1; b = "b"; } // ${this.#expression("attrs", depth - 1, scope)}; ${this.#expression(kind, depth - 1, [...scope, ...unknown("a", "b")])})`;
      case 3:
        return `(assert ${this.#chance(70) ? "true" : this.#expression("bool", depth - 2, scope)}; ${this.#expression(kind, depth - 1, scope)})`;
      case 4:
        return this.#application(kind, depth, scope);
      case 5:
        return this.#selection(depth, scope);
      case 6:
      case 7:
      case 8:
        return this.#builtinCall(kind, depth, scope);
      case 9:
      case 10:
        return this.#operation(kind, depth, scope);
      default:
        return this.#compound(kind, depth, scope);
    }
  }

  #leaf(kind: Kind): string {
    switch (kind) {
      case "int":
        return this.#pick(integers);
      case "float":
        return this.#pick(floats);
      case "string":
        return this.#pick(texts);
      case "bool":
        return this.#pick(["true", "false"]);
      case "null":
        return "null";
      case "list":
        return this.#pick(["[ ]", "[ 1 ]", '[ "a" 2 ]', "[ [ ] ]"]);
      case "attrs":
        return this.#pick(["{ }", "{ a = 1; }", '{ a = "s"; b.c = 2; }', '{ outPath = "/o"; }', "{ b = null; }"]);
      case "function":
        return this.#pick(["(x: x)", "(x: y: x)", "({ a ? 1, ... }: a)", "builtins.typeOf", "({ a }: a)"]);
      case "path":
        return this.#pick(paths);
      default:
        return this.#leaf(this.#pick(kinds));
    }
  }

  #compound(kind: Kind, depth: number, scope: readonly Variable[]): string {
    switch (kind) {
      case "string":
        return this.#interpolation(depth, scope);
      case "list":
        return this.#list(this.#chance(60) ? "int" : "any", depth, scope);
      case "attrs":
        return this.#attributeSet(depth, scope);
      case "function":
        return this.#functionText("any", depth, scope);
      default:
        return this.#leaf(kind);
    }
  }

  #list(kind: Kind, depth: number, scope: readonly Variable[]): string {
    const elements = Array.from({ length: this.#random(4) }, () => this.#expression(kind, depth - 1, scope));
    return `[ ${elements.join(" ")} ]`;
  }

  #interpolation(depth: number, scope: readonly Variable[]): string {
    const part = (): string => this.#pick(["x", "", "\\n", "a b", "$", "\\${"]);
    const inner = this.#expression("string", depth - 1, scope);
    if (this.#chance(30)) return `''\n    ${this.#pick(["x", "", "  y"])}\${${inner}}\n      z\n  ''`;
    return `"${part()}\${${inner}}${this.#pick(["x", "", " "])}"`;
  }

  #attributeSet(depth: number, scope: readonly Variable[]): string {
    const recursive = this.#chance(30);
    const inner = recursive ? [...scope, ...unknown("a", "b")] : scope;
    const offset = this.#random(bindingNames.length);
    const bindings = Array.from({ length: this.#random(4) }, (_, index) =>
      this.#binding(depth, inner, bindingNames[(offset + index) % bindingNames.length] ?? "a"),
    );
    if (recursive) bindings.push(`a = ${this.#leaf("any")}; b = ${this.#expression("any", depth - 2, inner)};`);
    return `(${recursive ? "rec " : ""}{ ${bindings.join(" ")} })`;
  }

  #binding(depth: number, scope: readonly Variable[], nextName: string): string {
    const name = this.#chance(3) ? "a" : nextName;
    const value = (): string => this.#expression("any", depth - 1, scope);
    switch (this.#random(8)) {
      case 0:
        return `${name}.${this.#pick(names)} = ${value()};`;
      case 1:
        return `\${${this.#expression("string", depth - 2, scope)}} = ${value()};`;
      case 2:
        return scope.length > 0 ? `inherit ${this.#pick(scope).name};` : `g = ${value()};`;
      case 3:
        return `inherit (${this.#expression("attrs", depth - 1, scope)}) ${name};`;
      default:
        return `${name} = ${value()};`;
    }
  }

  #letExpression(kind: Kind, depth: number, scope: readonly Variable[]): string {
    const chosen = [...new Set(Array.from({ length: 1 + this.#random(3) }, () => this.#pick(["a", "b", "c", "v"])))];
    const bound: Variable[] = chosen.map((name) => ({ name, kind: this.#pick(kinds) }));
    const outer = scope.filter(({ name }) => !chosen.includes(name));
    const visible = [...outer, ...bound];
    // Mostly what stands before; now and then any of them, itself too.
    const bindings = bound.map((variable, index) => {
      const seen = this.#chance(10) ? visible : [...outer, ...bound.slice(0, index)];
      return `${variable.name} = ${this.#expression(variable.kind, depth - 1, seen)};`;
    });
    return `(let ${bindings.join(" ")} in ${this.#expression(kind, depth - 1, visible)})`;
  }

  /** A function of one parameter; its body can't reach itself. */
  #functionText(result: Kind, depth: number, scope: readonly Variable[], parameter: Kind = "int"): string {
    if (parameter !== "attrs") {
      const variable: Variable = { name: "x", kind: this.#chance(85) ? parameter : "any" };
      return `(x: ${this.#expression(result, depth - 1, [...scope, variable])})`;
    }
    const body = (...names: readonly string[]): string =>
      this.#expression(result, depth - 1, [...scope, ...unknown(...names), { name: "s", kind: "attrs" }]);
    switch (this.#random(4)) {
      case 0:
        return `({ a, b ? ${this.#expression("any", depth - 2, scope)}, ... }@s: ${body("a", "b")})`;
      case 1:
        return `({ a ? 1, ... }@s: ${body("a")})`;
      case 2:
        return `(s@{ a, b ? a }: ${body("a", "b")})`;
      default:
        return `(s@{ ... }: ${body()})`;
    }
  }

  #application(kind: Kind, depth: number, scope: readonly Variable[]): string {
    const parameter = this.#pick(kinds);
    const callee = this.#functionText(kind, depth - 1, scope, parameter);
    const argument = this.#expression(parameter, depth - 1, scope);
    return `(${callee} ${parameter === "attrs" && this.#chance(70) ? `({ a = 2; } // ${argument})` : argument})`;
  }

  #selection(depth: number, scope: readonly Variable[]): string {
    const set = this.#expression("attrs", depth - 1, scope);
    const path = this.#chance(30) ? `${this.#pick(names)}.${this.#pick(names)}` : this.#pick(names);
    if (this.#chance(30)) return `(${set} ? ${path})`;
    if (this.#chance(60)) return `(${set}.${path} or ${this.#expression("any", depth - 1, scope)})`;
    return `(${set}.${path})`;
  }

  #operation(kind: Kind, depth: number, scope: readonly Variable[]): string {
    if (this.#chance(10)) return `(!${this.#expression("bool", depth - 1, scope)})`;
    if (this.#chance(8)) return `(- ${this.#expression("int", depth - 1, scope)})`;
    if (kind === "string" || this.#chance(10))
      return `(${this.#expression("string", depth - 1, scope)} + ${this.#expression("string", depth - 1, scope)})`;
    const fitting = Object.entries(binaryOperators).filter(([, [, , result]]) => result === kind);
    const [operator, [left, right]] = this.#pick(fitting.length > 0 ? fitting : Object.entries(binaryOperators));
    return `(${this.#expression(left, depth - 1, scope)} ${operator} ${this.#expression(right, depth - 1, scope)})`;
  }

  #builtinCall(kind: Kind, depth: number, scope: readonly Variable[]): string {
    const fitting = builtinShapes.filter(([, result]) => result === kind);
    const [name, , parameters] = this.#pick(fitting.length > 0 && this.#chance(85) ? fitting : builtinShapes);
    const texts = parameters.map((parameter) => this.#argument(parameter, depth - 1, scope));
    return `(builtins.${name} ${texts.join(" ")})`;
  }

  #argument(parameter: string, depth: number, scope: readonly Variable[]): string {
    if (this.#chance(4)) return this.#expression("any", depth, scope);
    const quoted = (values: readonly string[]): string => `"${this.#pick(values).replaceAll('"', '\\"')}"`;
    switch (parameter) {
      case "index":
        return this.#pick(["0", "1", "2", "3", "(-1)"]);
      case "small-float":
        return this.#leaf("float");
      case "predicate":
        return this.#functionText("bool", depth, scope);
      case "function2":
        return `(x: y: ${this.#expression("any", depth - 1, [...scope, ...unknown("x", "y")])})`;
      case "comparison":
        return this.#pick(["builtins.lessThan", "(x: y: x > y)", "(x: y: false)", "(x: y: x <= y)"]);
      case "list-function":
        return this.#functionText("list", depth, scope);
      case "string-function":
        return this.#functionText("string", depth, scope);
      case "ints":
        return this.#list("int", depth, scope);
      case "strings":
        return this.#list("string", depth, scope);
      case "lists":
        return this.#list("list", depth, scope);
      case "sets":
        return this.#list("attrs", depth, scope);
      case "two-strings":
        return `[ ${this.#leaf("string")} ${this.#leaf("string")} ]`;
      case "pairs":
        return this.#pick([
          '[ { name = "a"; value = 1; } { name = "a"; value = 2; } ]',
          `[ { name = ${this.#leaf("string")}; value = ${this.#expression("any", depth - 1, scope)}; } ]`,
          "[ { name = 1; } ]",
        ]);
      case "name":
        return this.#pick(['"a"', '"b"', '"x y"', '"z"']);
      case "names":
        return this.#pick(["[ ]", '[ "a" ]', '[ "b" "c" ]', '[ "z" "a" ]']);
      case "version":
        return quoted(versions);
      case "path-text":
        return this.#pick(['"/a/b"', '"a"', '"a/"', '"/"', '""', "/a/b", '"a//b"']);
      case "algorithm":
        return this.#pick(['"md5"', '"sha1"', '"sha256"', '"sha512"', '"x"']);
      case "json":
        return quoted(documents.map((document) => document.replaceAll("\\", "\\\\")));
      case "toml":
        return quoted(tomls);
      case "regex":
        return quoted(patterns);
      case "subject":
        return quoted(subjects);
      case "closure":
        return `{ startSet = [ { key = ${this.#random(5)}; } ]; operator = i: if i.key > 3 then [ ] else [ { key = i.key + ${1 + this.#random(2)}; } ]; }`;
      default:
        return this.#expression(parameter as Kind, depth, scope);
    }
  }
}
