import type { ProgramText } from "./program-text.ts";
import type { FileArgument } from "./scope.ts";

/** What a session's texts use of their own; stands before them all, so that no name of the user's can change it. */
export const preludeName = "__tvix-repl";

/** The functions that texts apply by name. */
export type PreludeFunction = "attrNames" | "describe" | "outputs";

/** Quotes a string as the language does. */
export function quoteNixString(text: string): string {
  return `"${text.replace(/["\\]|\$\{/g, (special) => `\\${special}`).replaceAll("\r", "\\r")}"`;
}

/**
 * `open`: a file's value, called with the arguments that it names if it is a function of a set. Only its XML tells
 * whether it is one, and whether it takes more than it names.
 */
const open = `open = value:
  if builtins.isAttrs value && value ? __functor then prelude.open (value.__functor value)
  else if !builtins.isFunction value then value
  else let xml = builtins.toXML value; matches = pattern: builtins.match ".*<attrspat[^>]*\${pattern}.*" xml != null; in
    if matches "ellipsis=" then value prelude.arguments
    else if matches "" then value (builtins.intersectAttrs (builtins.functionArgs value) prelude.arguments)
    else value;`;

/** `describe`: what `:d` shows, as data. */
const describe = `describe = value:
  if builtins.isAttrs value then
    if value.type or null == "derivation" then {
      kind = "derivation"; name = value.name or null; system = value.system or null; drvPath = value.drvPath or null;
      outputs = map (name: { inherit name; path = (value.\${name} or value).outPath or null; }) (value.outputs or [ "out" ]);
    } else { kind = "set"; names = builtins.attrNames value; }
  else if builtins.isList value then { kind = "list"; length = builtins.length value; }
  else if builtins.isString value then {
    kind = "string"; length = builtins.stringLength value; context = builtins.attrNames (builtins.getContext value);
  }
  else if builtins.isFunction value then { kind = "function"; arguments = builtins.functionArgs value; }
  else { kind = "other"; };`;

/** `outputs`: everything that a derivation makes, whichever output of it is named. */
const outputs = `outputs = value:
  if builtins.isAttrs value && value.type or null == "derivation" && value ? outputs
  then map (name: value.\${name} or value) value.outputs
  else value;`;

/** Adds the prelude; `fileArguments` are what loaded files are called with. */
export function addPrelude(program: ProgramText, fileArguments: readonly FileArgument[]): void {
  program.add(`let ${preludeName} = let prelude = {\n${open}\n${describe}\n${outputs}\n`);
  program.add("attrNames = builtins.attrNames; import = builtins.import; arguments = {");
  for (const { name, value } of fileArguments) {
    program.add(` ${quoteNixString(name)} = `);
    if (typeof value === "string") program.add(quoteNixString(value));
    else program.addParenthesized(value);
    program.add(";");
  }
  program.add(" }; }; in prelude; in ");
}
