import type { Report } from "@tvix-mesh/service";
import type { ObjectStore } from "./object-store.ts";

const underWay = new WeakMap<ObjectStore, Map<string, Promise<void>>>();

/**
 * Looks at an object again, and takes it out of the way if it is damaged: it is then as if it had never been there, so
 * that it can be put anew. Its bytes stay under `damaged/`, if they can be read at all. `isIntact` gets them.
 */
export function setAsideIfDamaged(
  objects: ObjectStore,
  key: string,
  isIntact: (value: Uint8Array) => Promise<boolean>,
  report: Report,
): Promise<void> {
  const ofStore = underWay.get(objects) ?? new Map<string, Promise<void>>();
  underWay.set(objects, ofStore);
  // One at a time, so that none takes away what somebody put after another one had noticed.
  const before = ofStore.get(key) ?? Promise.resolve();
  const work = before.then(() => check(objects, key, isIntact, report));
  ofStore.set(key, work);
  return work.finally(() => {
    if (ofStore.get(key) === work) ofStore.delete(key);
  });
}

async function check(
  objects: ObjectStore,
  key: string,
  isIntact: (value: Uint8Array) => Promise<boolean>,
  report: Report,
): Promise<void> {
  let value: Uint8Array | undefined;
  try {
    value = await objects.get(key);
    if (!value || (await isIntact(value))) return;
  } catch {
    // The technology itself noticed.
  }
  try {
    if (value) await objects.put(`damaged/${key}`, value);
    await objects.delete(key);
    report(`Object ${key} is damaged and was set aside`, { key });
  } catch (error) {
    report(`Object ${key} is damaged and could not be set aside: ${(error as Error).message}`, { key });
  }
}
