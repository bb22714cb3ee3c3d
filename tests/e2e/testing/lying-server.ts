import { create, type DescMethod, fromBinary, type Message, toBinary } from "@bufbuild/protobuf";
import type { Channel, ServiceBinding } from "@tvix-mesh/service";
import { startLoopbackServer } from "../../../packages/castore/src/testing/loopback-server.ts";
import type { Lie } from "./lies.ts";
import type { Random } from "./random.ts";

/** A server that passes on what the services behind it answer, and lies. */
export interface LyingServer extends AsyncDisposable {
  readonly channel: Channel;
  /** From now on. `undefined` makes it honest. */
  tell(lie: Lie | undefined, random: Random): void;
  /** How many answers went out changed since then. */
  readonly told: number;
}

type Handler = ServiceBinding["implementation"][string];

export async function startLyingServer(name: string, bindings: readonly ServiceBinding[]): Promise<LyingServer> {
  let current: { readonly lie: Lie; readonly random: Random } | undefined;
  let told = 0;

  function answersOf(method: DescMethod, init: Record<string, unknown>): readonly Message[] {
    const honest = create(method.output, init);
    if (!current || !`/${method.parent.typeName}/${method.name}`.endsWith(`.${current.lie.method}`)) return [honest];
    const bytes = toBinary(method.output, honest);
    const changed = fromBinary(method.output, bytes);
    const answers = current.lie.tell(changed as never, current.random);
    const [only] = answers;
    const isHonest = answers.length === 1 && only && Buffer.compare(toBinary(method.output, only), bytes) === 0;
    if (!isHonest) told += 1;
    return answers;
  }

  function withLies(method: DescMethod, handler: Handler): Handler {
    if (method.methodKind === "server_streaming" || method.methodKind === "bidi_streaming")
      return async function* (request, context) {
        for await (const answer of handler(request, context) as AsyncIterable<Record<string, unknown>>)
          yield* answersOf(method, answer);
      };
    return async (request, context) =>
      answersOf(method, (await handler(request, context)) as Record<string, unknown>)[0];
  }

  const lying = bindings.map(({ service, implementation }) => ({
    service,
    implementation: Object.fromEntries(
      service.methods.map((method) => [
        method.localName,
        withLies(method, implementation[method.localName] as Handler),
      ]),
    ),
  }));
  const server = await startLoopbackServer(name, lying);
  return {
    channel: server.channel,
    tell(lie, random) {
      told = 0;
      current = lie && { lie, random };
    },
    get told() {
      return told;
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
