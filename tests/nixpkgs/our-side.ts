import type { BridgeHandlers } from "../../packages/glue/src/evaluation/bridge-methods.ts";
import type { EvaluationJob } from "../../packages/glue/src/evaluation/evaluation-job.ts";
import { EvaluationThread } from "../../packages/glue/src/evaluation/evaluation-thread.ts";
import type { Side } from "./side.ts";

function jobOf(expression: string): EvaluationJob {
  return {
    source: { kind: "text", text: Buffer.from(expression).toString("latin1") },
    baseDir: "/",
    attributes: [],
    arguments: [],
    searchPath: [],
    output: { kind: "print", format: "json", strict: true, noLocation: false },
    showTrace: false,
    roots: undefined,
  };
}

/** Without a store: what would need one is refused. */
const handlers: BridgeHandlers = {
  realise: () => refuse("realise"),
  isValidPath: () => Promise.resolve(false),
  references: () => Promise.resolve([]),
  fileType: () => refuse("look at"),
  readFile: () => refuse("read"),
  readDir: () => refuse("list"),
  readLink: () => refuse("read"),
  fetch: () => refuse("fetch"),
  copyWithinStore: () => refuse("copy"),
};

function refuse(verb: string): Promise<never> {
  return Promise.reject(new Error(`Cannot ${verb}: a check has no store`));
}

/** Our evaluating thread. Of derivations it has what goes into their `.drv` files. */
export function createOurSide(): Side {
  const thread = new EvaluationThread({ environment: {} });
  const derivations = new Map<string, string>();
  return {
    name: "tvix-mesh",
    async evaluate(expression) {
      let printed: string | undefined;
      let reason = "no value came";
      await thread.run(
        jobOf(expression),
        () => Promise.resolve(handlers),
        (message) => {
          if (message.kind === "value") printed = message.text;
          else if (message.kind === "failed") reason = message.diagnostic.message;
          else if (message.kind === "finished")
            for (const [path, written] of message.news.derivations) derivations.set(path, written);
        },
      );
      if (printed === undefined) throw new Error(reason);
      return printed;
    },
    derivationPaths: () => Promise.resolve([...derivations.keys()]),
    readDerivation(path) {
      const written = derivations.get(path);
      if (written === undefined) return Promise.reject(new Error(`Cannot read ${path}: it was not evaluated`));
      return Promise.resolve(Buffer.from(written, "latin1"));
    },
    [Symbol.asyncDispose]: () => thread[Symbol.asyncDispose](),
  };
}
