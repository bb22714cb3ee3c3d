import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { SigningKey } from "@tvix-mesh/nix-compat";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type NixClient, type NixPathInfo, openNixClient } from "./testing/nix-client.ts";
import { openBridge } from "./testing/open-bridge.ts";

const expression = `
let
  make = name: script: attrs:
    derivation ({ inherit name; system = builtins.currentSystem; builder = "/bin/sh"; args = [ "-c" script ]; } // attrs);
  library = make "library" ''
    mkdir -p "$out/lib" "$out/empty directory"
    echo code > "$out/lib/a.so"; : > "$out/lib/nothing"
    ln -s a.so "$out/lib/b.so"
    i=0; while [ $i -lt 200 ]; do echo $i > "$out/lib/file $i"; i=$((i+1)); done
  '' { };
in make "app" ''
  mkdir -p "$out/bin" "$doc"
  echo "#!/bin/sh" > "$out/bin/app"; echo "exec $library/lib/a.so $out $notes" >> "$out/bin/app"
  chmod +x "$out/bin/app"
  dd if=/dev/urandom of="$out/big" bs=65536 count=8
  ln -s "$out" "$doc/out"
'' { inherit library; outputs = [ "out" "doc" ]; notes = builtins.toFile "notes" "some notes"; }
`;

function facts({ path, narHash, narSize, references, deriver, ca }: NixPathInfo) {
  return { path, narHash, narSize, references, deriver, ca };
}

function byPath(infos: readonly NixPathInfo[]) {
  return infos.map(facts).sort((left, right) => (left.path < right.path ? -1 : 1));
}

describe("a Nix client", { timeout: 120_000 }, () => {
  let client: NixClient;
  let source: string;
  let roots: readonly string[];

  beforeAll(async () => {
    client = await openNixClient();
    source = await client.newStore();
    const file = join(source, "app.nix");
    await writeFile(file, expression);
    const built = JSON.parse(
      await client.nix("build", "--store", source, "-f", file, "out", "doc", "--no-link", "--json"),
    ) as readonly { outputs: Record<string, string> }[];
    roots = built.flatMap(({ outputs }) => Object.values(outputs));
  }, 60_000);

  afterAll(async () => {
    await client[Symbol.asyncDispose]();
  }, 60_000);

  const copyTo = (cache: string) => client.nix("copy", "--from", source, "--to", cache, ...roots);
  const copyFrom = (cache: string, store: string, ...options: readonly string[]) =>
    client.nix("copy", "--from", cache, "--to", store, ...options, ...roots);

  it.for(["none", "zstd", "xz", "gzip", "br", "bzip2"])(
    "pushes a closure compressed with %s, and fetches it verified",
    async (compression) => {
      const key = SigningKey.generate("bridge-1");
      await using bridge = await openBridge([key]);
      await copyTo(`${bridge.url}?compression=${compression}`);
      const target = await client.newStore();
      await copyFrom(bridge.url, target, "--option", "trusted-public-keys", String(key.publicKey));
      await client.nix("store", "verify", "--store", target, "--all", "--no-trust");

      const closure = JSON.parse(await client.nix("path-info", "--store", source, "-r", "--json", ...roots));
      expect(byPath(await client.pathInfos(target))).toEqual(byPath(closure));
      expect(closure).toHaveLength(4);
    },
  );

  it("refuses what no trusted key has signed", async () => {
    await using bridge = await openBridge([SigningKey.generate("bridge-1")]);
    await copyTo(bridge.url);
    const stranger = String(SigningKey.generate("bridge-1").publicKey);
    const target = await client.newStore();
    await expect(copyFrom(bridge.url, target, "--option", "trusted-public-keys", stranger)).rejects.toThrow(
      /lacks a (valid )?signature/,
    );
  });

  it("gets every signature: those that were pushed and the bridge's", async () => {
    const pushed = SigningKey.generate("builder-1");
    const keys = [SigningKey.generate("bridge-1"), SigningKey.generate("bridge-2")];
    await using bridge = await openBridge(keys);
    const keyFile = join(source, "secret");
    await writeFile(keyFile, pushed.formatSecret());
    await copyTo(`${bridge.url}?secret-key=${keyFile}`);
    for (const key of [pushed, ...keys]) {
      const target = await client.newStore();
      await copyFrom(bridge.url, target, "--option", "trusted-public-keys", String(key.publicKey));
    }
  });

  it("pushes twice without sending anything again", async () => {
    await using bridge = await openBridge();
    await copyTo(bridge.url);
    await copyTo(bridge.url);
    expect(await Array.fromAsync(bridge.store.pathInfos.list())).toHaveLength(4);
  });

  it("adds a signature to what is there", async () => {
    const key = SigningKey.generate("later-1");
    await using bridge = await openBridge();
    await copyTo(bridge.url);
    const keyFile = join(source, "later");
    await writeFile(keyFile, key.formatSecret());
    await client.nix("store", "sign", "--store", bridge.url, "--key-file", keyFile, "-r", ...roots);
    const target = await client.newStore();
    await copyFrom(bridge.url, target, "--option", "trusted-public-keys", String(key.publicKey));
  });

  it("writes listings, and reads single files and listings", async () => {
    await using bridge = await openBridge();
    await copyTo(`${bridge.url}?write-nar-listing=1`);
    const app = roots.find((path) => path.endsWith("-app"))!;
    const remote = await client.nix("store", "ls", "--store", bridge.url, "--json", "--recursive", app);
    const local = await client.nix("store", "ls", "--store", source, "--json", "--recursive", app);
    expect(Object.keys(JSON.parse(remote).entries)).toEqual(Object.keys(JSON.parse(local).entries));
    const hashPart = app.slice("/nix/store/".length).slice(0, 32);
    const listing = await (await fetch(`${bridge.url}/${hashPart}.ls`)).json();
    expect(listing).toMatchObject({ version: 1, root: JSON.parse(remote) });
    expect(await client.nix("store", "cat", "--store", bridge.url, `${app}/bin/app`)).toContain("exec /nix/store/");
  });
});
