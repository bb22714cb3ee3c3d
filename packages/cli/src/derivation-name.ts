/** What people call a derivation: `/nix/store/<hash>-hello-2.12.drv` → `hello-2.12`. */
export function derivationName(derivationPath: string): string {
  return derivationPath.replace(/^.*\/[0-9a-z]{32}-/, "").replace(/\.drv$/, "");
}
