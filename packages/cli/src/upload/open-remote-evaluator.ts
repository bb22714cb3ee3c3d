import { resolve } from "node:path";
import { createBlobServiceClient, createDirectoryServiceClient } from "@tvix-mesh/castore";
import { createEvaluatorClient, currentFileView, type EvaluatorClient } from "@tvix-mesh/glue";
import { type Channel, isUnimplemented, openRemote } from "@tvix-mesh/service";
import type { OpenEvaluator } from "../services/open-evaluator.ts";
import type { ServiceOptions } from "../services/service-options.ts";

/** Whether the evaluator sees this machine's files by itself. One that can't say so is older, and sees its own alone. */
async function seesOurFiles(client: EvaluatorClient): Promise<boolean> {
  try {
    const view = await client.fileView();
    return view !== "" && view === currentFileView();
  } catch (error) {
    if (isUnimplemented(error)) return true;
    throw error;
  }
}

async function openOver(channel: Channel, { upload = true }: ServiceOptions): Promise<OpenEvaluator> {
  const client = createEvaluatorClient(channel);
  const close = { [Symbol.asyncDispose]: async () => channel[Symbol.dispose]() };
  const isAsked = Array.isArray(upload);
  if (upload === false || (!isAsked && (await seesOurFiles(client)))) return { ...client, ...close };
  const { createUploadingEvaluator } = await import("./uploading-evaluator.ts");
  const evaluator = createUploadingEvaluator({
    evaluator: client,
    services: { blobs: createBlobServiceClient(channel), directories: createDirectoryServiceClient(channel) },
    morePaths: isAsked ? upload.map((path) => resolve(path)) : [],
  });
  return { ...evaluator, ...close };
}

/** An evaluator elsewhere. Files that it can't see are uploaded, through the evaluator itself. */
export async function openRemoteEvaluator(address: string, options: ServiceOptions): Promise<OpenEvaluator> {
  const channel = openRemote("evaluator", address);
  try {
    return await openOver(channel, options);
  } catch (error) {
    channel[Symbol.dispose]();
    throw error;
  }
}
