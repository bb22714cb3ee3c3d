/** What the kernel asks for. Numbers and layouts: linux/fuse.h, version 7.38. */
export const operation = {
  lookup: 1,
  forget: 2,
  getattr: 3,
  setattr: 4,
  readlink: 5,
  symlink: 6,
  mknod: 8,
  mkdir: 9,
  unlink: 10,
  rmdir: 11,
  rename: 12,
  link: 13,
  open: 14,
  read: 15,
  write: 16,
  statfs: 17,
  release: 18,
  setxattr: 21,
  getxattr: 22,
  listxattr: 23,
  removexattr: 24,
  init: 26,
  opendir: 27,
  readdir: 28,
  releasedir: 29,
  create: 35,
  interrupt: 36,
  destroy: 38,
  batchForget: 42,
  fallocate: 43,
  readdirplus: 44,
  rename2: 45,
  copyFileRange: 47,
  tmpfile: 51,
} as const;

/** What changes something, which nothing here can. */
export const changingOperations: ReadonlySet<number> = new Set([
  operation.setattr,
  operation.symlink,
  operation.mknod,
  operation.mkdir,
  operation.unlink,
  operation.rmdir,
  operation.rename,
  operation.link,
  operation.write,
  operation.setxattr,
  operation.removexattr,
  operation.create,
  operation.fallocate,
  operation.rename2,
  operation.copyFileRange,
  operation.tmpfile,
]);

/** What kernel and server agree on at the start. */
export const initFlag = {
  asyncRead: 1 << 0,
  doReaddirplus: 1 << 13,
  readdirplusAuto: 1 << 14,
  noOpenSupport: 1 << 17,
  parallelDirops: 1 << 18,
  maxPages: 1 << 22,
  cacheSymlinks: 1 << 23,
} as const;

/** How long the kernel may keep what it learns of an opened file or directory. */
export const openFlag = { keepCache: 1 << 1, cacheDir: 1 << 3 } as const;

export const protocolMajor = 7;
/** The newest that we know. */
export const protocolMinor = 38;
/** The oldest whose messages have the layouts that we use: Linux 3.15. */
export const oldestProtocolMinor = 23;

export const rootNodeId = 1;

export const fileType = { directory: 0o040000, file: 0o100000, symlink: 0o120000 } as const;
