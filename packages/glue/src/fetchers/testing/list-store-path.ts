import { createFileSystemView } from "@tvix-mesh/castore";
import { StorePath } from "@tvix-mesh/nix-compat";
import type { StoreServices } from "@tvix-mesh/store";

/** What lies at a store path, one line an entry: `name`, `name*` if executable, `name -> target`, with the contents of files. */
export async function listStorePath(services: StoreServices, storePath: string): Promise<readonly string[]> {
  const pathInfo = await services.pathInfos.get(StorePath.parseAbsolute(storePath).digest);
  if (!pathInfo) return ["absent"];
  const view = createFileSystemView(services);
  const lines: string[] = [];
  for await (const { path, node } of view.walk(pathInfo.node)) {
    const name = Buffer.from(path).toString("latin1");
    if (node.kind === "symlink") lines.push(`${name} -> ${Buffer.from(node.target).toString("latin1")}`);
    else if (node.kind === "directory") lines.push(`${name}/`);
    else {
      const text = Buffer.concat(await Array.fromAsync(view.read(node))).toString("latin1");
      lines.push(
        `${name}${node.executable ? "*" : ""} ${text.length > 40 ? `${text.length} bytes` : JSON.stringify(text)}`,
      );
    }
  }
  return lines.sort();
}
