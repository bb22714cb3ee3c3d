import { wholeNumber } from "@tvix-mesh/service/option-values";
import type { Command } from "commander";
import { addStoreOptions, type ServiceOptions } from "../services/service-options.ts";
import type { CheckoutOptions } from "../store/checkout.ts";
import type { ImportOptions } from "../store/import-paths.ts";
import type { InfoOptions } from "../store/info.ts";
import type { ListTreeOptions } from "../store/list-tree.ts";
import type { MountOptions } from "../store/mount.ts";
import type { VerifyOptions } from "../store/verify.ts";
import { addExamples } from "./add-examples.ts";

/** Defines `tvix store` and its subcommands. */
export function defineStore(store: Command): void {
  const define = (name: string, summary: string, ...examples: readonly string[]) =>
    addStoreOptions(addExamples(store.command(name).description(summary), ...examples));

  define(
    "import",
    "add files, archives or git trees, and print their store paths, as nix-store --add does",
    "tvix store import ./src",
    "tvix store import --tar hello-2.12.tar.gz --strip-components 1",
    "curl https://example.org/x.tar.xz | tvix store import --tar - --name x",
    "tvix store import --git . --rev v1.0",
  )
    .argument("[PATH...]", "files and directories to add")
    .option("--name <name>", "name in the store, if one thing is added (default: the path's last part)")
    .option("--contents-only", "record no store path; print the digest of the contents, as store mount --root takes it")
    .option("--tar <file>", 'add what a tar archive holds, plain, gzip, bzip2, xz or zstd; "-" is standard input')
    .option(
      "--strip-components <count>",
      "leave out so many names at the front of the archive's paths",
      wholeNumber(0, 999_999_999),
    )
    .option("--nar <file>", 'add what a Nix archive holds, compressed or not; "-" is standard input')
    .option("--git <repository>", "add a tree of a local git repository, as it was committed")
    .option("--rev <id>", "commit, tag or tree of the repository, by id or name (default: HEAD)")
    .option("--read-all", "read files too that have the size and the times that they had when they were imported last")
    .option("--empty-submodules", "make submodules empty directories, as git archive does, instead of refusing them")
    .addHelpText(
      "after",
      `
Reads archives as they come in, without unpacking them to a disk. Hard links and sparse files become the files that they
stand for, and the later of two entries counts. Devices, FIFOs, absolute paths and ".." are refused.
The store path is that of the unpacked tree; without --strip-components the tree is what the archive unpacks to in an
empty directory. On a terminal, a line on standard error tells how far it is.`,
    )
    .action(async (paths: readonly string[], options: ImportOptions) => {
      const { importPaths } = await import("../store/import-paths.ts");
      await importPaths(paths, options);
    });

  define("list", "print all store paths", "tvix store list").action(async (options: ServiceOptions) => {
    const { list } = await import("../store/list.ts");
    await list(options);
  });

  define("info", "print what is known of store paths", "tvix store info --json $(tvix build)")
    .argument("<STOREPATH...>", "/nix/store/HASH-NAME or HASH-NAME")
    .option("--json", "print JSON")
    .action(async (paths: readonly string[], options: InfoOptions) => {
      const { info } = await import("../store/info.ts");
      await info(paths, options);
    });

  define(
    "ls",
    "list a directory of a store path",
    "tvix store ls -l $(tvix build)",
    "tvix store ls -R $(tvix build)/bin",
  )
    .argument("<STOREPATH[/SUB]>", "a store path, or something below it")
    .option("-l, --long", "show kind, size and targets")
    .option("-R, --recursive", "list what is below, too")
    .action(async (path: string, options: ListTreeOptions) => {
      const { listTree } = await import("../store/list-tree.ts");
      await listTree(path, options);
    });

  define(
    "verify",
    "read all that the store holds, and say what is missing or damaged",
    "tvix store verify",
    "tvix store verify --repair --from-blob-service-addr grpc+http://192.0.2.1:8001",
  )
    .option("--no-contents", "only look whether all is there: read no contents, hash no archives")
    .option("--repair", "store again what is missing or damaged, from the services that --from-… name")
    .option("--from-blob-service-addr <url>", "where intact blobs are")
    .option("--from-directory-service-addr <url>", "where intact directories are")
    .option("--from-path-info-service-addr <url>", "where intact path infos are")
    .addHelpText(
      "after",
      `
Reads all blobs and directories, calculates the SHA-256 and the size of each path's archive anew, and warns of
references to paths that are not there. Of embedded stores, what no path leads to is read too.
Ends with 0 if all is there and intact, with 1 if something is missing or damaged, with 2 if that could not be found out.`,
    )
    .action(async (options: VerifyOptions) => {
      const { verify } = await import("../store/verify.ts");
      await verify(options);
    });

  define("cat", "write a file of a store path to standard output", "tvix store cat $(tvix build)/index.html")
    .argument("<STOREPATH[/SUB]>", "a file")
    .action(async (path: string, options: ServiceOptions) => {
      const { cat } = await import("../store/cat.ts");
      await cat(path, options);
    });

  define(
    "nar",
    "write a store path as a Nix archive to standard output",
    "tvix store nar $(tvix build) | zstd > result.nar.zst",
  )
    .argument("<STOREPATH>", "a store path")
    .action(async (path: string, options: ServiceOptions) => {
      const { nar } = await import("../store/nar.ts");
      await nar(path, options);
    });

  define(
    "copy",
    "write a store path, or something below it, to a new file or directory",
    "tvix store copy $(tvix build) ./result",
  )
    .argument("<STOREPATH[/SUB]>", "what to copy")
    .argument("<DESTINATION>", "where to; must not be there")
    .action(async (path: string, destination: string, options: ServiceOptions) => {
      const { copy } = await import("../store/copy.ts");
      await copy(path, destination, options);
    });

  define(
    "checkout",
    "write a store path, or something below it, sharing its files with earlier checkouts",
    "tvix store checkout $(tvix build) ./result",
  )
    .argument("<STOREPATH[/SUB]>", "what to check out")
    .argument("<DESTINATION>", "where to; must not be there")
    .addOption(
      store
        .createOption("--link-mode <mode>", "how files are shared: reflink, else hardlink, else copy; or just the one")
        .choices(["auto", "reflink", "hardlink", "copy"])
        .default("auto"),
    )
    .option("--copy", "the same as --link-mode copy: files that may be changed")
    .option("--cache <dir>", "where files are kept to be shared (default: checkouts in the data directory)")
    .option("--verify", "read each kept file and compare it with its digest before it is shared")
    .action(async (path: string, destination: string, options: CheckoutOptions) => {
      const { checkout } = await import("../store/checkout.ts");
      await checkout(path, destination, options);
    });

  define(
    "mount",
    "show all store paths, or a directory, as read-only files until Ctrl-C",
    "tvix store mount /mnt/store",
    "tvix store mount /mnt/result $(tvix build)",
  )
    .argument("<MOUNTPOINT>", "a directory")
    .argument("[STOREPATH[/SUB]]", "the directory to show (default: one that lists all store paths)")
    .option("--root <digest>", "the directory to show, by its digest: b3:… or hexadecimal digits")
    .option("--allow-other", "let other users look into it too")
    .action(async (mountPoint: string, path: string | undefined, options: MountOptions) => {
      const { mount } = await import("../store/mount.ts");
      await mount(mountPoint, path, options);
    });
}
