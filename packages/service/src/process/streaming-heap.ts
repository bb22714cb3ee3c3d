/**
 * Loaded with `import "@tvix-mesh/service/streaming-heap"` by daemons that pass on many bytes and keep few objects. V8 counts
 * the memory of buffers against what the heap may still grow by, which for a small heap is little: it would mark all live
 * objects again for every five megabytes of a blob. So the heap's limit gets more room above what is alive. The other half
 * of the matter, a small young generation, V8 takes on its command line alone: from the file `node-options` of the daemon.
 */
import { setFlagsFromString } from "node:v8";

// In percent: the limit is three times what is alive after a collection.
setFlagsFromString("--heap-growing-percent=200");
