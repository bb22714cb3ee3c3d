import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface GoogleGate extends AsyncDisposable {
  readonly endpoint: string;
  /** Credentials of a workload elsewhere that is let in. */
  readonly keyFile: string;
  /** As the others, but of a workload that isn't known any more. */
  readonly revokedKeyFile: string;
}

/**
 * Stands before a server that asks for no credentials, and asks for them as Google does: exchanges what a workload shows
 * for a token (RFC 8693), and passes on what carries that token.
 */
export async function startGoogleGate(target: string): Promise<GoogleGate> {
  const directory = await mkdtemp(join(tmpdir(), "google-gate-"));
  const [token, identity] = [randomUUID(), randomUUID()];

  function answerToken(body: Buffer, response: ServerResponse): void {
    const isRight = new URLSearchParams(body.toString()).get("subject_token") === identity;
    response.writeHead(isRight ? 200 : 400, { "content-type": "application/json" });
    const issued_token_type = "urn:ietf:params:oauth:token-type:access_token";
    const grant = { access_token: token, issued_token_type, expires_in: 3600, token_type: "Bearer" };
    const refusal = { error: "invalid_grant", error_description: "The workload isn't known." };
    response.end(JSON.stringify(isRight ? grant : refusal));
  }

  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Buffer.concat(await Array.fromAsync(incoming as AsyncIterable<Buffer>));
    const { method, headers, url = "/" } = incoming;
    if (url === "/token") return answerToken(body, response);
    if (headers.authorization !== `Bearer ${token}`) {
      response.writeHead(401, { "content-type": "application/json" });
      return void response.end(JSON.stringify({ error: { code: 401, message: "Invalid Credentials" } }));
    }
    const outgoing = request(new URL(url, target), { method, headers });
    outgoing.end(body);
    const [reply] = (await once(outgoing, "response")) as [IncomingMessage];
    response.writeHead(reply.statusCode ?? 500, reply.headers);
    reply.pipe(response);
  }

  const server = createServer((incoming, response) => {
    answer(incoming, response).catch(() => incoming.socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function writeKeyFile(name: string, shown: string): Promise<string> {
    const [file, identityFile] = [join(directory, `${name}.json`), join(directory, `${name}.token`)];
    const key = {
      type: "external_account",
      audience: "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/tests/providers/tests",
      subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
      token_url: `${endpoint}/token`,
      credential_source: { file: identityFile },
    };
    await writeFile(identityFile, shown);
    await writeFile(file, JSON.stringify(key));
    return file;
  }

  return {
    endpoint,
    keyFile: await writeKeyFile("key", identity),
    revokedKeyFile: await writeKeyFile("revoked", "nobody"),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
