import { documentBuiltin } from "./document-builtin.ts";

/** What the prelude's `describe` answers, as JSON. */
export type ValueDescription =
  | {
      readonly kind: "derivation";
      readonly name: string | null;
      readonly system: string | null;
      readonly drvPath: string | null;
      readonly outputs: readonly { readonly name: string; readonly path: string | null }[];
    }
  | { readonly kind: "set"; readonly names: readonly string[] }
  | { readonly kind: "list"; readonly length: number }
  | { readonly kind: "string"; readonly length: number; readonly context: readonly string[] }
  /** Of a function of a set, which arguments have defaults. */
  | { readonly kind: "function"; readonly arguments: Readonly<Record<string, boolean>> }
  | { readonly kind: "other" };

const shownNames = 40;

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function table(rows: readonly (readonly [string, string | null])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value ?? "?"}\n`).join("");
}

function describeFunction(type: string, printed: string, description: ValueDescription & { kind: "function" }): string {
  const builtin = /^the built-in function '(.*)'$/.exec(type)?.[1];
  if (builtin !== undefined) return `${type}\n${documentBuiltin(builtin) ?? ""}`;
  const place = /^«lambda @ (.*)»/.exec(printed)?.[1];
  const names = Object.entries(description.arguments).map(([name, isOptional]) => (isOptional ? `${name}?` : name));
  const what = names.length === 0 ? type : `${type} of a set: ${names.join(", ")}`;
  return `${what}\n${place === undefined ? "" : `  at ${place}\n`}`;
}

/** A value in words. `type` is its type with article, `printed` how the REPL prints it. */
export function describeValue(type: string, printed: string, description: ValueDescription): string {
  switch (description.kind) {
    case "derivation": {
      const { name, system, drvPath, outputs } = description;
      const paths = outputs.map((output) => [output.name, output.path] as const);
      return `the derivation ${name ?? "?"}\n${table([["drvPath", drvPath], ["system", system], ...paths])}`;
    }
    case "set": {
      const { names } = description;
      const shown = names.slice(0, shownNames).join(" ");
      const more = names.length > shownNames ? ` …` : "";
      return `${type} of ${count(names.length, "attribute")}\n${names.length === 0 ? "" : `  ${shown}${more}\n`}`;
    }
    case "list":
      return `${type} of ${count(description.length, "element")}\n`;
    case "string": {
      const context = description.context.map((path) => `  ${path}\n`).join("");
      return `${type} of ${count(description.length, "byte")}\n${context}`;
    }
    case "function":
      return describeFunction(type, printed, description);
    default:
      return type === printed ? `${type}\n` : `${type}: ${printed}\n`;
  }
}
