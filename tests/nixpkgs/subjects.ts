import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Derivations that one evaluation gives, or the whole of a package set, tried one by one. */
export interface Subject {
  readonly name: string;
  /** An expression for a derivation, or with `each` for a set of packages. */
  readonly expression: string;
  readonly each?: true;
}

const rootFileSystem = 'fileSystems."/".device = "/dev/sda1"; boot.loader.grub.device = "/dev/sda";';

/** What a tree of nixpkgs is checked with; `release` is what its `.version` says. */
export function subjectsOf(tree: string): readonly Subject[] {
  const packages = `(import ${tree} { config = { allowUnfree = true; }; overlays = [ ]; })`;
  const one = (path: string): Subject => ({ name: path, expression: `${packages}.${path}` });
  const all = (path: string): Subject => ({ name: `all of ${path}`, expression: `${packages}.${path}`, each: true });
  const system = (name: string, services: string): Subject => ({
    name: `a NixOS system: ${name}`,
    expression: `(import ${tree}/nixos { configuration = { ${services} ${rootFileSystem} }; }).system`,
  });
  if (releaseOf(tree) < 20) return [one("hello"), one("firefox"), one("gnome3.gnome-shell")];
  return [
    one("hello"),
    one("firefox"),
    one("libreoffice"),
    one("pkgsCross.aarch64-multiplatform.hello"),
    system(
      "openssh, nginx, postgresql",
      "services.openssh.enable = true; services.nginx.enable = true; services.postgresql.enable = true;",
    ),
    system("gnome3", "services.xserver.enable = true; services.xserver.desktopManager.gnome3.enable = true;"),
    system("plasma5", "services.xserver.enable = true; services.xserver.desktopManager.plasma5.enable = true;"),
    all("perlPackages"),
    all("python3Packages"),
  ];
}

/** Whether a tree is all of nixpkgs, not its library alone. */
export function hasPackages(tree: string): boolean {
  return existsSync(join(tree, "pkgs/top-level/default.nix"));
}

function releaseOf(tree: string): number {
  const file = [join(tree, ".version"), join(tree, "lib/.version")].find((candidate) => existsSync(candidate));
  return file === undefined ? Number.POSITIVE_INFINITY : Number.parseFloat(readFileSync(file, "utf8"));
}
