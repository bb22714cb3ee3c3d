import { closeSync } from "node:fs";
import { ServiceError } from "@tvix-mesh/service";
import koffi from "koffi";

// Linux's numbers and layouts on machines of 64 bits.
const unixFamily = 1;
const streamType = 1;
const closeOnExec = 0o2000000;
const socketLevel = 1;
const descriptorMessage = 1;
const receiveCloseOnExec = 0x40000000;
const controlBytes = 24;
const controlHeaderBytes = 16;

const libc = koffi.load(null);
const ioVector = koffi.struct({ base: "void *", length: "size_t" });
const messageHeader = koffi.struct({
  name: "void *",
  nameLength: "uint32_t",
  vectors: koffi.pointer(ioVector),
  vectorCount: "size_t",
  control: "void *",
  controlLength: "size_t",
  flags: "int",
});
const socketPair = libc.func("socketpair", "int", ["int", "int", "int", koffi.out(koffi.pointer("int32_t"))]);
const receiveMessage = libc.func("recvmsg", "intptr_t", ["int", koffi.inout(koffi.pointer(messageHeader)), "int"]);

/** A pair of sockets over which another program sends an open file, which Node.js can't receive by itself. */
export interface DescriptorSocket extends Disposable {
  /** The descriptor for the other program. */
  readonly peer: number;
  /** The open file that it has sent. It must have done so. */
  receive(): number;
}

export function createDescriptorSocket(): DescriptorSocket {
  const pair = new Int32Array(2);
  if (socketPair(unixFamily, streamType | closeOnExec, 0, pair) !== 0)
    throw new ServiceError("internal", `Cannot make a pair of sockets: error ${koffi.errno()}`);
  const [own = -1, peer = -1] = pair;
  return {
    peer,
    receive() {
      const control = new Uint8Array(controlBytes);
      const header = {
        name: null,
        nameLength: 0,
        vectors: [{ base: new Uint8Array(1), length: 1 }],
        vectorCount: 1,
        control,
        controlLength: controlBytes,
        flags: 0,
      };
      const count = receiveMessage(own, header, receiveCloseOnExec);
      const view = new DataView(control.buffer);
      const isDescriptor = view.getInt32(8, true) === socketLevel && view.getInt32(12, true) === descriptorMessage;
      if (count < 1 || !isDescriptor)
        throw new ServiceError("internal", "Cannot receive an open file: the other program has sent none");
      return view.getInt32(controlHeaderBytes, true);
    },
    [Symbol.dispose]() {
      closeSync(own);
      closeSync(peer);
    },
  };
}
