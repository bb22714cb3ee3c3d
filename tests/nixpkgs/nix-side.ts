import { readdirSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Nix } from "../e2e/testing/nix.ts";
import type { Side } from "./side.ts";

const storeDirectory = "/nix/store";

/** C++ Nix: a process for each evaluation, with a store below a directory of its own. */
export function createNixSide(): Side {
  const nix = new Nix();
  const store = nix.store("check");
  return {
    name: "Nix",
    async evaluate(expression) {
      const file = nix.file("expression.nix");
      writeFileSync(file, expression);
      const words = ["--eval", "--strict", "--json", "--read-write-mode", "--store", store, file];
      const { exitCode, stdout, stderr } = await nix.run("nix-instantiate", ...words);
      if (exitCode !== 0) throw new Error(/error: (.*)/.exec(stderr)?.[1] ?? stderr.trim().slice(-500));
      return stdout;
    },
    async derivationPaths() {
      const names = readdirSync(join(store, storeDirectory)).filter((name) => name.endsWith(".drv"));
      return names.map((name) => `${storeDirectory}/${name}`);
    },
    readDerivation: (path) => readFile(join(store, path)),
    async [Symbol.asyncDispose]() {
      nix[Symbol.dispose]();
    },
  };
}
