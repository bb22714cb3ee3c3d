import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import { ServiceError, type ServiceErrorCode } from "@tvix-mesh/service/service-error";
import type { BridgeMethods } from "./bridge-methods.ts";

interface Request {
  readonly method: keyof BridgeMethods;
  readonly argument: unknown;
}

type Answer = { readonly value: unknown } | { readonly code: ServiceErrorCode; readonly message: string };

/** One end of the bridge: a port, and a counter of answers that the evaluating thread can sleep on. */
export interface BridgeEnd {
  readonly port: MessagePort;
  readonly answers: Int32Array;
}

function call({ port, answers }: BridgeEnd, request: Request): unknown {
  const seen = Atomics.load(answers, 0);
  port.postMessage(request);
  Atomics.wait(answers, 0, seen);
  const answer = receiveMessageOnPort(port)?.message as Answer | undefined;
  if (!answer) throw new ServiceError("internal", `Cannot call ${request.method}: no answer came`);
  if ("code" in answer) throw new ServiceError(answer.code, answer.message);
  return answer.value;
}

/** The evaluating thread's side. Calls block it until the other side has answered; failures are ServiceErrors. */
export function createBridgeCaller(end: BridgeEnd): BridgeMethods {
  return {
    realise: (argument) => call(end, { method: "realise", argument }) as undefined,
    isValidPath: (argument) => call(end, { method: "isValidPath", argument }) as boolean,
    references: (argument) => call(end, { method: "references", argument }) as readonly string[],
    fileType: (argument) => call(end, { method: "fileType", argument }) as ReturnType<BridgeMethods["fileType"]>,
    readFile: (argument) => call(end, { method: "readFile", argument }) as Uint8Array,
    readDir: (argument) => call(end, { method: "readDir", argument }) as ReturnType<BridgeMethods["readDir"]>,
    readLink: (argument) => call(end, { method: "readLink", argument }) as string,
    fetch: (argument) => call(end, { method: "fetch", argument }) as ReturnType<BridgeMethods["fetch"]>,
    copyWithinStore: (argument) =>
      call(end, { method: "copyWithinStore", argument }) as ReturnType<BridgeMethods["copyWithinStore"]>,
  };
}

/** Answers one call, or refuses it by throwing. */
export type BridgeHandler = (method: keyof BridgeMethods, argument: unknown) => Promise<unknown>;

/** The waiting thread's side: answers calls one by one. */
export function serveBridge({ port, answers }: BridgeEnd, handle: BridgeHandler): void {
  const send = (answer: Answer) => {
    port.postMessage(answer);
    Atomics.add(answers, 0, 1);
    Atomics.notify(answers, 0);
  };
  port.on("message", async ({ method, argument }: Request) => {
    try {
      send({ value: await handle(method, argument) });
    } catch (error) {
      const code = ServiceError.is(error) ? error.code : "internal";
      send({ code, message: error instanceof Error ? error.message : String(error) });
    }
  });
}
