/** What happens while derivations are realised. `drvPath` is the absolute path of the `.drv` file. */
export type RealiseEvent =
  | { readonly kind: "build-started"; readonly drvPath: string }
  | { readonly kind: "build-succeeded"; readonly drvPath: string }
  | { readonly kind: "build-failed"; readonly drvPath: string }
  /** Nothing had to be built. */
  | { readonly kind: "already-present"; readonly drvPath: string }
  | { readonly kind: "log-line"; readonly drvPath: string; readonly line: Uint8Array };

/** Told about each event as it happens. */
export type RealiseObserver = (event: RealiseEvent) => void;
