/** HTTP/2 window of a stream and of a connection. The default of 64 KiB halves the throughput. */
export const flowControlWindowBytes = 4 * 1024 * 1024;

/** The largest message taken. A Directory of half a million entries fits; blobs come in pieces. */
export const maxReceiveMessageBytes = 64 * 1024 * 1024;

/** How much a piece of a streamed blob may hold when we cut it. */
export const pieceBytes = 512 * 1024;
