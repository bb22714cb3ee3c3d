import { contextString, makeArgument } from "./arguments.ts";
import { builtinShapes, type Kind, kinds } from "./builtin-shapes.ts";
import { floatLiteral, indentedString, integerLiteral, pathLiteral, stringLiteral } from "./literals.ts";
import type { Random } from "./random.ts";

/** A name in scope, and what it probably is. */
interface Variable {
  readonly name: string;
  readonly kind: Kind;
}

type Scope = readonly Variable[];

/** `depth` is what may still be nested. */
type Form = (kind: Kind, depth: number, scope: Scope) => string;

const names = ["a", "b", "c", "d", "k", "l", '"x y"', "e'", "or"] as const;
const bindingNames = ["c", "d", "f", "k", "l", "m", '"x y"', "e'"] as const;
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
const comparable: readonly Kind[] = ["int", "float", "string", "list", "path", "bool"];

function unknown(...unknownNames: readonly string[]): Variable[] {
  return unknownNames.map((name) => ({ name, kind: "any" }));
}

/** Makes programs of the language, most of them well-typed, the same ones from the same seed. */
export class ProgramGenerator {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  program(): string {
    return this.#expression("any", 2 + this.#random.below(5), []);
  }

  /** A complete expression, in parentheses where it needs them. */
  #expression(wanted: Kind, depth: number, scope: Scope): string {
    const random = this.#random;
    const kind = wanted === "any" || random.chance(4) ? random.pick(kinds) : wanted;
    const fitting = scope.filter((variable) => variable.kind === kind || variable.kind === "any");
    if (fitting.length > 0 && random.chance(30)) return random.pick(fitting).name;
    if (scope.length > 0 && random.chance(2)) return random.pick(scope).name;
    if (depth <= 0 || (depth < 4 && random.chance(15))) return this.#leaf(kind);
    return random.pick(this.#forms)(kind, depth - 1, scope);
  }

  readonly #forms: readonly Form[] = [
    (...rest) => this.#conditional(...rest),
    (...rest) => this.#letExpression(...rest),
    (...rest) => this.#withExpression(...rest),
    (...rest) => this.#assertion(...rest),
    (...rest) => this.#application(...rest),
    (...rest) => this.#selection(...rest),
    (...rest) => this.#builtinCall(...rest),
    (...rest) => this.#builtinCall(...rest),
    (...rest) => this.#builtinCall(...rest),
    (...rest) => this.#builtinCall(...rest),
    (...rest) => this.#operation(...rest),
    (...rest) => this.#operation(...rest),
    (...rest) => this.#compound(...rest),
    (...rest) => this.#compound(...rest),
    (...rest) => this.#compound(...rest),
  ];

  #leaf(kind: Kind): string {
    const random = this.#random;
    switch (kind) {
      case "int":
        return integerLiteral(random);
      case "float":
        return floatLiteral(random);
      case "string":
        return random.chance(6) ? contextString(random) : stringLiteral(random);
      case "bool":
        return random.pick(["true", "false"]);
      case "null":
        return "null";
      case "list":
        return random.pick(["[ ]", "[ 1 ]", '[ "a" 2 ]', "[ [ ] ]", "[ 1 2.0 3 ]", "[ null { } ]"]);
      case "attrs":
        return random.pick([
          "{ }",
          "{ a = 1; }",
          '{ a = "s"; b.c = 2; }',
          '{ outPath = "/o"; }',
          "{ b = null; }",
          '{ __toString = self: "t${self.b or ""}"; b = "u"; }',
          "{ __functor = self: x: x; a = 3; }",
          '{ type = "derivation"; outPath = "/d"; drvPath = "/d.drv"; a = 1; }',
        ]);
      case "function":
        return random.pick([
          "(x: x)",
          "(x: y: x)",
          "({ a ? 1, ... }: a)",
          "builtins.typeOf",
          "({ a }: a)",
          "(builtins.add 1)",
        ]);
      case "path":
        return pathLiteral(random);
      default:
        return this.#leaf(random.pick(kinds));
    }
  }

  #conditional(kind: Kind, depth: number, scope: Scope): string {
    const branch = (): string => this.#expression(kind, depth, scope);
    return `(if ${this.#expression("bool", depth, scope)} then ${branch()} else ${branch()})`;
  }

  #assertion(kind: Kind, depth: number, scope: Scope): string {
    const condition = this.#random.chance(70) ? "true" : this.#expression("bool", depth - 1, scope);
    return `(assert ${condition}; ${this.#expression(kind, depth, scope)})`;
  }

  #withExpression(kind: Kind, depth: number, scope: Scope): string {
    const set = `{ a = 1; b = "b"; } // ${this.#expression("attrs", depth, scope)}`;
    return `(with ${set}; ${this.#expression(kind, depth, [...scope, ...unknown("a", "b")])})`;
  }

  #compound(kind: Kind, depth: number, scope: Scope): string {
    switch (kind) {
      case "string":
        return this.#interpolation(depth, scope);
      case "path":
        return this.#path(depth, scope);
      case "int":
        return this.#position(depth, scope);
      case "list":
        return this.#list(this.#random.chance(60) ? "int" : "any", depth, scope);
      case "attrs":
        return this.#attributeSet(depth, scope);
      case "function":
        return this.#functionText("any", depth, scope, this.#random.pick(["int", "attrs", "string"]));
      default:
        return this.#leaf(kind);
    }
  }

  #list(kind: Kind, depth: number, scope: Scope): string {
    return `[ ${this.#random.some(4, () => this.#expression(kind, depth, scope)).join(" ")} ]`;
  }

  #path(depth: number, scope: Scope): string {
    const text = (): string => this.#expression("string", depth - 1, scope);
    return this.#random.chance(50)
      ? `(${pathLiteral(this.#random)} + ${text()})`
      : `/a/\${${text()}}${this.#random.pick(["", "b", "/c"])}`;
  }

  /** Where an attribute stands: a column, or null. */
  #position(depth: number, scope: Scope): string {
    if (this.#random.chance(80)) return integerLiteral(this.#random);
    const place = this.#random.pick(["line", "column"]);
    if (this.#random.chance(30)) return `__curPos.${place}`;
    const set = this.#expression("attrs", depth, scope);
    return `((builtins.unsafeGetAttrPos ${this.#random.pick(['"a"', '"c"', '"k"'])} ${set}).${place} or (-1))`;
  }

  #interpolation(depth: number, scope: Scope): string {
    const random = this.#random;
    const inner = (): string => this.#expression("string", depth, scope);
    if (random.chance(30)) return indentedString(random, inner);
    const part = (): string => random.pick(["x", "", "\\n", "a b", "$", "\\${", "$$"]);
    return `"${part()}\${${inner()}}${random.pick(["x", "", " "])}"`;
  }

  #attributeSet(depth: number, scope: Scope): string {
    const random = this.#random;
    const recursive = random.chance(30);
    const inner = recursive ? [...scope, ...unknown("a", "b")] : scope;
    const offset = random.below(bindingNames.length);
    const bindings = random.some(4, (index) =>
      this.#binding(depth, inner, bindingNames[(offset + index) % bindingNames.length] ?? "a"),
    );
    if (recursive) {
      bindings.push(`a = ${this.#leaf("any")}; b = ${this.#expression("any", depth - 1, inner)};`);
      if (random.chance(10)) bindings.push(`__overrides = ${this.#expression("attrs", depth - 1, inner)};`);
    }
    return `(${recursive ? "rec " : ""}{ ${bindings.join(" ")} })`;
  }

  #binding(depth: number, scope: Scope, nextName: string): string {
    const random = this.#random;
    const name = random.chance(3) ? "a" : nextName;
    const value = (): string => this.#expression("any", depth, scope);
    const computed = (): string => `\${${this.#expression(random.chance(10) ? "null" : "string", depth - 1, scope)}}`;
    switch (random.below(10)) {
      case 0:
        return `${name}.${random.pick(names)} = ${value()};`;
      case 1:
        return `${computed()} = ${value()};`;
      case 2:
        return scope.length > 0 ? `inherit ${random.pick(scope).name};` : `g = ${value()};`;
      case 3:
        return `inherit (${this.#expression("attrs", depth, scope)}) ${name};`;
      case 4:
        return `${name}.${computed()}.a = ${value()};`;
      case 5:
        return `${name} = { ${random.pick(names)} = ${value()}; }; ${name}.${random.pick(["q", "a"])} = ${value()};`;
      default:
        return `${name} = ${value()};`;
    }
  }

  #letExpression(kind: Kind, depth: number, scope: Scope): string {
    const random = this.#random;
    const chosen = ["a", "b", "c", "v"].filter(() => random.chance(45));
    const bound: Variable[] = chosen.map((name) => ({ name, kind: random.pick(kinds) }));
    const outer = scope.filter(({ name }) => !chosen.includes(name));
    const visible = [...outer, ...bound];
    // Mostly what stands before; now and then any of them, itself too.
    const bindings = bound.map((variable, index) => {
      const seen = random.chance(10) ? visible : [...outer, ...bound.slice(0, index)];
      return `${variable.name} = ${this.#expression(variable.kind, depth, seen)};`;
    });
    if (random.chance(10)) bindings.push(`inherit (${this.#expression("attrs", depth - 1, outer)}) i j;`);
    const body = this.#expression(kind, depth, visible);
    return random.chance(5)
      ? `(let { ${bindings.join(" ")} body = ${body}; })`
      : `(let ${bindings.join(" ")} in ${body})`;
  }

  /** A function of one parameter; its body can't reach itself. */
  #functionText(result: Kind, depth: number, scope: Scope, parameter: Kind): string {
    const random = this.#random;
    if (parameter !== "attrs") {
      const variable: Variable = { name: "x", kind: random.chance(85) ? parameter : "any" };
      return `(x: ${this.#expression(result, depth, [...scope, variable])})`;
    }
    const bound = ["a", "b", "c"].filter(() => random.chance(50));
    const inner = [...scope, ...unknown(...bound), { name: "s", kind: "attrs" as const }];
    const formals = bound.map((name) =>
      random.chance(60) ? `${name} ? ${this.#expression("any", depth - 1, random.chance(30) ? inner : scope)}` : name,
    );
    if (random.chance(60)) formals.push("...");
    const pattern = random.chance(50) ? `s@{ ${formals.join(", ")} }` : `{ ${formals.join(", ")} }@s`;
    return `(${pattern}: ${this.#expression(result, depth, inner)})`;
  }

  #application(kind: Kind, depth: number, scope: Scope): string {
    const parameter = this.#random.pick(kinds);
    const callee = this.#functionText(kind, depth - 1, scope, parameter);
    const argument = this.#expression(parameter, depth, scope);
    const wide = parameter === "attrs" && this.#random.chance(70);
    return `(${callee} ${wide ? `({ a = 2; b = "b"; } // ${argument})` : argument})`;
  }

  #selection(_: Kind, depth: number, scope: Scope): string {
    const random = this.#random;
    const set = this.#expression("attrs", depth, scope);
    const name = (): string =>
      random.chance(15) ? `\${${this.#expression("string", depth - 1, scope)}}` : random.pick(names);
    const path = random.chance(30) ? `${name()}.${name()}` : name();
    if (random.chance(30)) return `(${set} ? ${path})`;
    if (random.chance(60)) return `(${set}.${path} or ${this.#expression("any", depth, scope)})`;
    return `(${set}.${path})`;
  }

  #operation(kind: Kind, depth: number, scope: Scope): string {
    const random = this.#random;
    const operand = (wanted: Kind): string => this.#expression(wanted, depth, scope);
    if (random.chance(10)) return `(!${operand("bool")})`;
    if (random.chance(8)) return `(- ${operand("int")})`;
    if (kind === "string" || random.chance(10)) return `(${operand("string")} + ${operand("string")})`;
    if (kind === "bool" && random.chance(25)) {
      const left = random.pick(comparable);
      const right = random.chance(60) ? left : random.pick(comparable);
      return `(${operand(left)} ${random.pick(["<", "<=", ">", ">=", "==", "!="])} ${operand(right)})`;
    }
    // Without parentheses: precedence decides.
    if (random.chance(8)) {
      const operators = Object.keys(binaryOperators);
      return `(${operand("any")} ${random.pick(operators)} ${operand("any")} ${random.pick(operators)} ${operand("any")})`;
    }
    const fitting = Object.entries(binaryOperators).filter(([, [, , result]]) => result === kind);
    const [operator, [left, right]] = random.pick(fitting.length > 0 ? fitting : Object.entries(binaryOperators));
    return `(${operand(left)} ${operator} ${operand(right)})`;
  }

  #builtinCall(kind: Kind, depth: number, scope: Scope): string {
    const random = this.#random;
    const fitting = builtinShapes.filter(([, result]) => result === kind);
    const [name, , parameters] = random.pick(fitting.length > 0 && random.chance(85) ? fitting : builtinShapes);
    const parts = {
      random,
      expression: (wanted: Kind) => this.#expression(wanted, depth, scope),
      functionOf: (parameter: Kind, result: Kind) => this.#functionText(result, depth, scope, parameter),
    };
    const texts = parameters.map((shape) => makeArgument(random.chance(4) ? "any" : shape, parts));
    return `(builtins.${name} ${texts.join(" ")})`;
  }
}
