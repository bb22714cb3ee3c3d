import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { requireCommand } from "../../compose/run-command.ts";

/** PEM files that openssl made. */
export interface Certificates {
  readonly authority: string;
  readonly server: KeyPair;
  readonly client: KeyPair;
}

export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** An authority of our own in `directory`, with a certificate for 127.0.0.1 and one for a client. */
export async function makeCertificates(directory: string): Promise<Certificates> {
  const file = (name: string) => join(directory, name);
  const openssl = (...parameters: readonly string[]) => requireCommand("openssl", parameters);
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const authority = { certificate: file("ca.pem"), key: file("ca.key") };
  await openssl(
    "req",
    "-x509",
    ...newKey,
    "-subj",
    "/CN=Test authority",
    "-days",
    "1",
    "-keyout",
    authority.key,
    "-out",
    authority.certificate,
  );

  async function sign(name: string, extension: string): Promise<KeyPair> {
    const pair = { certificate: file(`${name}.pem`), key: file(`${name}.key`) };
    const [request, extensions] = [file(`${name}.csr`), file(`${name}.ext`)];
    writeFileSync(extensions, `${extension}\n`);
    await openssl("req", ...newKey, "-subj", `/CN=${name}`, "-keyout", pair.key, "-out", request);
    await openssl(
      "x509",
      "-req",
      "-in",
      request,
      "-CA",
      authority.certificate,
      "-CAkey",
      authority.key,
      "-CAcreateserial",
      "-days",
      "1",
      "-extfile",
      extensions,
      "-out",
      pair.certificate,
    );
    return pair;
  }

  const server = await sign("server", "subjectAltName=IP:127.0.0.1");
  const client = await sign("client", "extendedKeyUsage=clientAuth");
  return { authority: authority.certificate, server, client };
}
