import { formatContentAddress } from "../content-address.ts";
import { FormatError } from "../format-error.ts";
import { formatNixHash } from "../nix-hash.ts";
import { formatSignature } from "../signature/signature.ts";
import { defaultStoreDir } from "../store-path.ts";
import type { NarInfo } from "./nar-info.ts";

/** The text of a `.narinfo` file, its fields in Nix's order. */
export function formatNarInfo(narInfo: NarInfo, storeDir: string = defaultStoreDir): string {
  let text = "";
  const field = (name: string, value: string | bigint | undefined) => {
    if (value === undefined) return;
    const line = String(value);
    if (/[\r\n]/.test(line)) {
      throw new FormatError(
        `Cannot write narinfo of ${narInfo.storePath}: line break in ${name} ${JSON.stringify(line)}`,
      );
    }
    text += `${name}: ${line}\n`;
  };
  field("StorePath", narInfo.storePath.absolute(storeDir));
  field("URL", narInfo.url);
  field("Compression", narInfo.compression);
  field("FileHash", narInfo.fileHash && formatNixHash(narInfo.fileHash, "nix32"));
  field("FileSize", narInfo.fileSizeBytes);
  field("NarHash", formatNixHash(narInfo.narHash, "nix32"));
  field("NarSize", narInfo.narSizeBytes);
  field("References", narInfo.references.join(" "));
  field("Deriver", narInfo.deriver?.baseName);
  field("System", narInfo.system);
  for (const signature of narInfo.signatures) field("Sig", formatSignature(signature));
  field("CA", narInfo.contentAddress && formatContentAddress(narInfo.contentAddress));
  return text;
}
