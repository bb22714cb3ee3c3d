import { readFile } from "node:fs/promises";
import {
  Client,
  credentials,
  type MethodDefinition,
  Server,
  ServerCredentials,
  type ServerWritableStream,
  status,
} from "@grpc/grpc-js";
import type { KeyPair } from "../../e2e/testing/certificates.ts";

export interface BigtableGate extends AsyncDisposable {
  /** `https://127.0.0.1:port`. */
  readonly address: string;
  /** The headers by which Google routes a call, of all calls that were let in. */
  readonly routes: readonly string[];
}

const asIs = (bytes: Buffer): Buffer => bytes;
const readRows: MethodDefinition<Buffer, Buffer> = {
  path: "/google.bigtable.v2.Bigtable/ReadRows",
  requestStream: false,
  responseStream: true,
  requestSerialize: asIs,
  requestDeserialize: asIs,
  responseSerialize: asIs,
  responseDeserialize: asIs,
};

/** Stands before an emulator for reads, over TLS, and lets in who shows the token, as Google does. */
export async function startBigtableGate(host: string, pair: KeyPair, token: string): Promise<BigtableGate> {
  const routes: string[] = [];
  const emulator = new Client(host, credentials.createInsecure());
  const server = new Server();
  server.addService(
    { readRows },
    {
      readRows: (call: ServerWritableStream<Buffer, Buffer>) => {
        if (call.metadata.get("authorization")[0] !== `Bearer ${token}`) {
          const details = "Request had invalid authentication credentials.";
          return void call.emit("error", Object.assign(new Error(details), { code: status.UNAUTHENTICATED, details }));
        }
        routes.push(String(call.metadata.get("x-goog-request-params")[0]));
        const answer = emulator.makeServerStreamRequest(readRows.path, asIs, asIs, call.request);
        answer.on("data", (message: Buffer) => call.write(message));
        answer.on("error", (error) => call.emit("error", error));
        answer.on("end", () => call.end());
      },
    },
  );
  const [key, certificate] = [await readFile(pair.key), await readFile(pair.certificate)];
  const keys = [{ private_key: key, cert_chain: certificate }];
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  server.bindAsync("127.0.0.1:0", ServerCredentials.createSsl(null, keys), (error, port) =>
    error ? reject(error) : resolve(port),
  );
  return {
    address: `https://127.0.0.1:${await promise}`,
    routes,
    async [Symbol.asyncDispose]() {
      server.forceShutdown();
      emulator.close();
    },
  };
}
