import { ServerCredentials } from "@grpc/grpc-js";
import { addService, type Channel, createGrpcServer, openChannel, type ServiceBinding } from "@tvix-mesh/service";

export interface LoopbackServer extends AsyncDisposable {
  readonly channel: Channel;
}

/** A real gRPC server on loopback and a channel to it. For tests. */
export async function startLoopbackServer(name: string, bindings: readonly ServiceBinding[]): Promise<LoopbackServer> {
  const server = createGrpcServer();
  for (const binding of bindings) addService(server, binding);
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  const channel = openChannel({ name, address: `http://127.0.0.1:${port}` });
  return {
    channel,
    async [Symbol.asyncDispose]() {
      channel[Symbol.dispose]();
      server.forceShutdown();
    },
  };
}
