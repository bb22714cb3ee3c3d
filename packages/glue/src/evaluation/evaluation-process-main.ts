import { flushCompileCache } from "node:module";
import process from "node:process";
import { ServiceError } from "@tvix-mesh/service/service-error";
import type { BridgeHandlers, BridgeMethods } from "./bridge-methods.ts";
import { EvaluationThread } from "./evaluation-thread.ts";
import { idleProcessBytes } from "./kept-memory.ts";
import type { Failure, FromProcess, ToProcess } from "./process-messages.ts";

/** The evaluating process: it passes on what its thread says and asks, and ends when its parent does. */
const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
let calls = 0;
let thread: EvaluationThread | undefined;
let running: AbortController | undefined;

/** Time for the thread to free what it doesn't need. */
const idleTimeMs = 3_000;
let idle: NodeJS.Timeout | undefined;

function send(message: FromProcess): void {
  process.send?.(message);
}

function toFailure(error: unknown): Failure {
  const code = ServiceError.is(error) ? error.code : "internal";
  return { code, message: error instanceof Error ? error.message : String(error) };
}

function ask(method: keyof BridgeMethods, argument: unknown): Promise<unknown> {
  const call = calls++;
  const answer = new Promise((resolve, reject) => waiting.set(call, { resolve, reject }));
  send({ kind: "call", call, method, argument });
  return answer;
}

/** Every method asks the parent. Without `then`, or it would pass for a promise. */
const handlers = new Proxy({} as BridgeHandlers, {
  get: (_, method) =>
    method === "then" ? undefined : (argument: unknown) => ask(method as keyof BridgeMethods, argument),
});

async function tidy(): Promise<void> {
  // The process may be killed when it ends.
  flushCompileCache();
  const heapBytes = (await thread?.heapBytes()) ?? 0;
  if (process.memoryUsage.rss() > idleProcessBytes(heapBytes)) send({ kind: "spent" });
}

async function receive(message: ToProcess): Promise<void> {
  switch (message.kind) {
    case "configure":
      thread = new EvaluationThread(message.options);
      thread.start();
      break;
    case "run":
      clearTimeout(idle);
      running = new AbortController();
      try {
        await thread?.run(
          message.job,
          async () => handlers,
          (said) => send({ kind: "message", message: said }),
          { signal: running.signal },
        );
        send({ kind: "done" });
      } catch (error) {
        send(running.signal.aborted ? { kind: "done" } : { kind: "done", failure: toFailure(error) });
      }
      idle = setTimeout(() => void tidy(), idleTimeMs);
      break;
    case "interrupt":
      running?.abort();
      break;
    case "answer": {
      const { call, failure } = message;
      if (failure) waiting.get(call)?.reject(new ServiceError(failure.code, failure.message));
      else waiting.get(call)?.resolve(message.value);
      waiting.delete(call);
    }
  }
}

process.on("message", (message: ToProcess) => void receive(message));
process.on("disconnect", () => process.exit());
// A terminal's Ctrl-C reaches every process; the parent decides when this one ends.
process.on("SIGINT", () => undefined);
process.on("SIGTERM", () => undefined);
