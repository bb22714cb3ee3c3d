export { decodeBase64, encodeBase64 } from "./base64.ts";
export { type ByteString, byteStringFromText, compareByteStrings, textFromByteString } from "./byte-string.ts";
export {
  type ContentAddress,
  contentAddressedPath,
  formatContentAddress,
  parseContentAddress,
} from "./content-address.ts";
export { calculateOutputPaths, parseOutputHashAlgorithm } from "./derivation/calculate-output-paths.ts";
export {
  type Derivation,
  type DerivationKind,
  type DerivationOutput,
  derivationKind,
} from "./derivation/derivation.ts";
export { derivationPath } from "./derivation/derivation-path.ts";
export { type DerivationJson, type DerivationOutputJson, derivationToJson } from "./derivation/derivation-to-json.ts";
export {
  type DerivationHash,
  hashDerivationModulo,
  type LookUpDerivationHash,
} from "./derivation/hash-derivation-modulo.ts";
export { type InstantiatedDerivation, instantiateDerivation } from "./derivation/instantiate-derivation.ts";
export { parseDerivation } from "./derivation/parse-derivation.ts";
export { validateDerivation } from "./derivation/validate-derivation.ts";
export { writeDerivation } from "./derivation/write-derivation.ts";
export { FormatError } from "./format-error.ts";
export { decodeHex, encodeHex } from "./hex.ts";
export { formatFlakeReference, parseFlakeReference } from "./input/flake-reference.ts";
export { parseGitUrl } from "./input/git-url.ts";
export { checkInput, type InputRules, inputOfUrl, urlOfInput } from "./input/input.ts";
export {
  booleanAttribute,
  type InputAttributes,
  integerAttribute,
  showInputAttributes,
  textAttribute,
} from "./input/input-attributes.ts";
export { InputError } from "./input/input-error.ts";
export { formatUrl, parseUrl, type Url } from "./input/url.ts";
export {
  compressDigest,
  type FixedOutputMethod,
  hashPlaceholder,
  makeFixedOutputPath,
  makeOutputPath,
  makeStorePath,
  makeTextPath,
  noReferences,
  outputPathName,
  type StorePathReferences,
  upstreamPlaceholder,
} from "./make-store-path.ts";
export { encodeNar } from "./nar/encode-nar.ts";
export { NarEncoder, type NarRange } from "./nar/nar-encoder.ts";
export type { NarDirectory, NarDirectoryEnd, NarEvent, NarFile, NarSymlink } from "./nar/nar-event.ts";
export { readNar } from "./nar/read-nar.ts";
export { type FingerprintedPath, fingerprint } from "./nar-info/fingerprint.ts";
export { formatNarInfo } from "./nar-info/format-nar-info.ts";
export type { NarInfo } from "./nar-info/nar-info.ts";
export { parseNarInfo } from "./nar-info/parse-nar-info.ts";
export {
  convertHash,
  digestLengths,
  formatDigest,
  formatNixHash,
  type HashAlgorithm,
  type HashFormat,
  hashBytes,
  isHashAlgorithm,
  type NixHash,
  parseHashFormat,
  parseNixHash,
  parseOutputHash,
} from "./nix-hash.ts";
export { decodeNixBase32, encodeNixBase32, isNixBase32, nixBase32Length } from "./nixbase32.ts";
export { PublicKey } from "./signature/public-key.ts";
export { formatSignature, parseSignature, type Signature } from "./signature/signature.ts";
export { SigningKey } from "./signature/signing-key.ts";
export {
  defaultStoreDir,
  isInStore,
  type PathInStore,
  StorePath,
  splitPathInStore,
  storePathNameProblem,
} from "./store-path.ts";
