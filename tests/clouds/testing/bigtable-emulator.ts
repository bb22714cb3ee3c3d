import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { Client, credentials } from "@grpc/grpc-js";
import { startServer } from "../../remote-stores/server-process.ts";
import { goProgram } from "./prepared.ts";

export interface BigtableEmulator extends AsyncDisposable {
  /** `127.0.0.1:port`, as BIGTABLE_EMULATOR_HOST has it. */
  readonly host: string;
  createTable(instanceName: string, tableName: string, familyName: string): Promise<void>;
}

export const buildBigtableEmulator = (): Promise<string> =>
  goProgram("bigtable-emulator", "cloud.google.com/go/bigtable/cmd/emulator@v1.57.0");

/** `google.bigtable.admin.v2.CreateTableRequest` for a table with one family and no rule that removes cells. */
function createTableRequest(instanceName: string, tableName: string, familyName: string): Buffer {
  const family = new BinaryWriter().tag(1, WireType.LengthDelimited).string(familyName);
  family.tag(2, WireType.LengthDelimited).bytes(new Uint8Array());
  const table = new BinaryWriter().tag(3, WireType.LengthDelimited).bytes(family.finish());
  const request = new BinaryWriter().tag(1, WireType.LengthDelimited).string(instanceName);
  request.tag(2, WireType.LengthDelimited).string(tableName);
  return Buffer.from(request.tag(3, WireType.LengthDelimited).bytes(table.finish()).finish());
}

/** Google's emulator of Bigtable, in memory, on loopback. It asks for no credentials. */
export async function startBigtableEmulator(program: string): Promise<BigtableEmulator> {
  const server = await startServer(program, (port) => ["-host", "127.0.0.1", "-port", String(port)]);
  const host = `127.0.0.1:${server.port}`;
  const client = new Client(host, credentials.createInsecure());
  return {
    host,
    async createTable(...names) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const method = "/google.bigtable.admin.v2.BigtableTableAdmin/CreateTable";
      const asIs = (bytes: Buffer): Buffer => bytes;
      client.makeUnaryRequest(method, asIs, asIs, createTableRequest(...names), (error) =>
        error ? reject(error) : resolve(),
      );
      await promise;
    },
    async [Symbol.asyncDispose]() {
      client.close();
      await server[Symbol.asyncDispose]();
    },
  };
}
