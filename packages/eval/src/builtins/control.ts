import { printValue } from "../printers/print-value.ts";
import { makeAttrs } from "../values/attrs.ts";
import { NixError } from "../values/nix-error.ts";
import { ContextString, textOf } from "../values/value.ts";
import { type CoreBuiltin, define } from "./define.ts";

const asInterpolated = { copyToStore: true, coerceMore: false };

export const controlBuiltins: readonly CoreBuiltin[] = [
  define("seq", (machine, before, value) => {
    machine.force(before);
    return machine.force(value);
  }),
  define("deepSeq", (machine, before, value) => {
    machine.forceDeep(before);
    return machine.force(value);
  }),
  define("throw", (machine, message) => {
    throw new NixError("throw", textOf(machine.coerceToString(message, asInterpolated)));
  }),
  define("abort", (machine, message) => {
    const text = textOf(machine.coerceToString(message, asInterpolated));
    throw new NixError("abort", `evaluation aborted with the following error message: '${text}'`);
  }),
  define("tryEval", (machine, value) => {
    const depth = machine.depth;
    try {
      return makeAttrs([
        ["success", true],
        ["value", machine.force(value)],
      ]);
    } catch (error) {
      if (!(error instanceof NixError) || !error.isCatchable) throw error;
      machine.depth = depth;
      return makeAttrs([
        ["success", false],
        ["value", false],
      ]);
    }
  }),
  define("trace", (machine, message, value) => {
    const shown = machine.force(message);
    const isText = typeof shown === "string" || shown instanceof ContextString;
    machine.observe({ kind: "trace", message: isText ? textOf(shown) : printValue(shown) });
    return machine.force(value);
  }),
  define("traceVerbose", (machine, message, value) => {
    if (machine.settings.traceVerbose) {
      const shown = machine.force(message);
      const isText = typeof shown === "string" || shown instanceof ContextString;
      machine.observe({ kind: "trace", message: isText ? textOf(shown) : printValue(shown) });
    }
    return machine.force(value);
  }),
  define("warn", (machine, message, value) => {
    const text = textOf(
      machine.forceString(message, "evaluating the first argument; the message passed to builtins.warn"),
    );
    machine.observe({ kind: "warning", message: text });
    if (machine.settings.abortOnWarn) {
      throw new NixError("abort", "aborting to reveal stack trace of warning, as abort-on-warn is set");
    }
    return machine.force(value);
  }),
  define("addErrorContext", (machine, message, value) => {
    try {
      return machine.force(value);
    } catch (error) {
      throw machine.traced(error, textOf(machine.coerceToString(message, asInterpolated)), 0);
    }
  }),
  define("break", (machine, value) => machine.force(value)),
];
