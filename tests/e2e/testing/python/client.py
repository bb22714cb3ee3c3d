"""Calls the daemons as any Python program with grpcio would.

Usage: client.py STUBS SCENARIO, addresses in the environment, a JSON object of parameters on standard input.
Prints what came back as one JSON object. Bytes are hexadecimal in both.
"""

import json
import os
import sys

sys.path.insert(0, sys.argv[1])

import grpc  # noqa: E402
from tvix.build.v1 import build_pb2, rpc_build_pb2_grpc  # noqa: E402
from tvix.castore.v1 import (  # noqa: E402
    castore_pb2,
    rpc_blobstore_pb2,
    rpc_blobstore_pb2_grpc,
    rpc_directory_pb2,
    rpc_directory_pb2_grpc,
)
from tvix.store.v1 import pathinfo_pb2, rpc_pathinfo_pb2, rpc_pathinfo_pb2_grpc  # noqa: E402

TIMEOUT_SECONDS = 60


def channel(variable):
    address = os.environ[variable].removeprefix("grpc+http://")
    return grpc.insecure_channel(address)


blobs = rpc_blobstore_pb2_grpc.BlobServiceStub(channel("BLOB_SERVICE_ADDR"))
directories = rpc_directory_pb2_grpc.DirectoryServiceStub(channel("DIRECTORY_SERVICE_ADDR"))
path_infos = rpc_pathinfo_pb2_grpc.PathInfoServiceStub(channel("PATH_INFO_SERVICE_ADDR"))
builds = rpc_build_pb2_grpc.BuildServiceStub(channel("BUILD_SERVICE_ADDR"))


def failure(call):
    """The status of a call that has to fail."""
    try:
        call()
    except grpc.RpcError as error:
        return {"code": error.code().name, "details": error.details()}
    return {"code": "OK", "details": ""}


def stat(digest, send_chunks=False):
    request = rpc_blobstore_pb2.StatBlobRequest(digest=digest, send_chunks=send_chunks)
    return blobs.Stat(request, timeout=TIMEOUT_SECONDS)


def read(digest):
    request = rpc_blobstore_pb2.ReadBlobRequest(digest=digest)
    return b"".join(piece.data for piece in blobs.Read(request, timeout=TIMEOUT_SECONDS))


def put_blob(contents, piece_bytes=100_000):
    starts = range(0, len(contents), piece_bytes)
    pieces = (rpc_blobstore_pb2.BlobChunk(data=contents[start : start + piece_bytes]) for start in starts)
    return blobs.Put(pieces, timeout=TIMEOUT_SECONDS).digest


def put_directories(messages):
    return directories.Put(iter(messages), timeout=TIMEOUT_SECONDS).root_digest


def get_directories(digest, recursive=False):
    request = rpc_directory_pb2.GetDirectoryRequest(digest=digest, recursive=recursive)
    return list(directories.Get(request, timeout=TIMEOUT_SECONDS))


def get_path_info(digest):
    request = rpc_pathinfo_pb2.GetPathInfoRequest(by_output_hash=digest)
    return path_infos.Get(request, timeout=TIMEOUT_SECONDS)


closures = {}
"""For each directory that was stored, it and those below it, children before parents."""


def put_directory(directory):
    """Stores a directory whose children were stored before, in one stream with them."""
    below = [message for child in directory.directories for message in closures[child.digest]]
    closure = list({message.SerializeToString(): message for message in [*below, directory]}.values())
    digest = put_directories(closure)
    closures[digest] = closure
    return digest


def upload_tree(path, name=b""):
    """Stores what lies at a path. Answers its node and the number of entries below it."""
    if os.path.islink(path):
        return castore_pb2.Node(symlink=castore_pb2.SymlinkNode(name=name, target=os.fsencode(os.readlink(path)))), 0
    if os.path.isfile(path):
        with open(path, "rb") as file:
            contents = file.read()
        executable = bool(os.stat(path).st_mode & 0o100)
        file = castore_pb2.FileNode(name=name, digest=put_blob(contents), size=len(contents), executable=executable)
        return castore_pb2.Node(file=file), 0
    directory = castore_pb2.Directory()
    lists = {"directory": directory.directories, "file": directory.files, "symlink": directory.symlinks}
    below = 0
    for entry in sorted(os.listdir(path)):
        node, size = upload_tree(os.path.join(path, entry), os.fsencode(entry))
        kind = node.WhichOneof("node")
        lists[kind].append(getattr(node, kind))
        below += 1 + size
    node = castore_pb2.DirectoryNode(name=name, digest=put_directory(directory), size=below)
    return castore_pb2.Node(directory=node), below


def blob_round_trip(parameters):
    contents = bytes.fromhex(parameters["contents"]) * parameters["times"]
    digest = put_blob(contents)
    chunks = stat(digest, send_chunks=True).chunks
    return {
        "digest": digest.hex(),
        "chunk_sizes": [chunk.size for chunk in chunks],
        "contents_match": read(digest) == contents,
        "chunks_match": b"".join(read(chunk.digest) for chunk in chunks) == contents,
    }


def directory_round_trip(parameters):
    leaf = castore_pb2.Directory(symlinks=[castore_pb2.SymlinkNode(name=b"up", target=b"../x")])
    leaf_digest = put_directories([leaf])
    root = castore_pb2.Directory(
        directories=[
            castore_pb2.DirectoryNode(name=b"a", digest=leaf_digest, size=1),
            castore_pb2.DirectoryNode(name=b"b", digest=leaf_digest, size=1),
        ],
        files=[castore_pb2.FileNode(name=b"c", digest=put_blob(b"c"), size=1, executable=True)],
    )
    root_digest = put_directories([leaf, root])
    return {
        "single_matches": get_directories(root_digest) == [root],
        "closure_matches": get_directories(root_digest, recursive=True) == [root, leaf],
    }


def path_info_message(parameters):
    contents = b"hello\n"
    node = castore_pb2.FileNode(name=parameters["name"].encode(), digest=put_blob(contents), size=len(contents))
    measured = path_infos.CalculateNAR(castore_pb2.Node(file=node), timeout=TIMEOUT_SECONDS)
    return pathinfo_pb2.PathInfo(
        node=castore_pb2.Node(file=node),
        references=[bytes.fromhex(reference) for reference in parameters["references"]],
        narinfo=pathinfo_pb2.NARInfo(
            nar_size=measured.nar_size,
            nar_sha256=measured.nar_sha256,
            reference_names=parameters["reference_names"],
        ),
    )


def path_info_round_trip(parameters):
    message = path_info_message(parameters)
    answered = path_infos.Put(message, timeout=TIMEOUT_SECONDS)
    listed = path_infos.List(rpc_pathinfo_pb2.ListPathInfoRequest(), timeout=TIMEOUT_SECONDS)
    return {
        "put_answers_it": answered == message,
        "get_answers_it": get_path_info(bytes.fromhex(parameters["digest"])) == message,
        "listed": sum(1 for path_info in listed if path_info == message),
    }


def calculate_nar(parameters):
    node, _ = upload_tree(parameters["path"])
    measured = path_infos.CalculateNAR(node, timeout=TIMEOUT_SECONDS)
    return {"nar_size": measured.nar_size, "nar_sha256": measured.nar_sha256.hex()}


def build_request(**fields):
    """A build by the sandbox's /bin/sh that ends well unless the fields say otherwise."""
    constraints = build_pb2.BuildRequest.BuildConstraints(system=f"{os.uname().machine}-linux", provide_bin_sh=True)
    defaults = {
        "command_args": ["/bin/sh", "-c", "echo made > /nix/store/output"],
        "working_dir": "build",
        "scratch_paths": ["build", "nix/store"],
        "inputs_dir": "nix/store",
        "outputs": ["nix/store/output"],
        "constraints": constraints,
    }
    return build_pb2.BuildRequest(**{**defaults, **fields})


def do_build(parameters):
    source = castore_pb2.FileNode(name=b"source.txt", digest=put_blob(b"an input\n"), size=9)
    script = "while read -r line; do echo \"$line, $WORD, $0\"; done < /nix/store/source.txt > /nix/store/output"
    request = build_request(
        inputs=[castore_pb2.Node(file=source)],
        command_args=["/bin/sh", "-c", script, "needle-two"],
        environment_vars=[build_pb2.BuildRequest.EnvVar(key="WORD", value=b"a variable")],
        refscan_needles=["needle-one", "needle-two"],
    )
    build = builds.DoBuild(request, timeout=TIMEOUT_SECONDS)
    output = build.outputs[0].file
    return {
        "request_is_answered": build.build_request == request,
        "names": [node.file.name.decode() for node in build.outputs],
        "contents": read(output.digest).decode(),
        "needles": [list(needles.needles) for needles in build.outputs_needles],
    }


def unknown_values(parameters):
    digest = bytes.fromhex(parameters["digest"])
    store_path_digest = digest[:20]
    missing = castore_pb2.Node(file=castore_pb2.FileNode(digest=digest, size=1))
    return {
        "blob_stat": failure(lambda: stat(digest)),
        "blob_read": failure(lambda: read(digest)),
        "directory_get": failure(lambda: get_directories(digest)),
        "directory_get_recursive": failure(lambda: get_directories(digest, recursive=True)),
        "path_info_get": failure(lambda: get_path_info(store_path_digest)),
        "calculate_nar": failure(lambda: path_infos.CalculateNAR(missing, timeout=TIMEOUT_SECONDS)),
    }


def short_values(parameters):
    digest = bytes.fromhex(parameters["digest"])
    node = castore_pb2.Node(file=castore_pb2.FileNode(digest=digest, size=1))
    return {
        "blob_stat": failure(lambda: stat(digest)),
        "blob_read": failure(lambda: read(digest)),
        "directory_get": failure(lambda: get_directories(digest)),
        "path_info_get": failure(lambda: get_path_info(digest)),
        "calculate_nar": failure(lambda: path_infos.CalculateNAR(node, timeout=TIMEOUT_SECONDS)),
    }


def refused_directories(parameters):
    """Puts streams of serialized directories."""
    messages = [castore_pb2.Directory.FromString(bytes.fromhex(text)) for text in parameters["directories"]]
    return failure(lambda: put_directories(messages))


def refused_path_info(parameters):
    return failure(lambda: path_infos.Put(path_info_message(parameters), timeout=TIMEOUT_SECONDS))


def refused_builds(parameters):
    def refuse(**fields):
        return failure(lambda: builds.DoBuild(build_request(**fields), timeout=TIMEOUT_SECONDS))

    return {
        "outputs": refuse(outputs=["nix/store/../escape"]),
        "working_dir": refuse(working_dir="../up"),
        "scratch_paths": refuse(scratch_paths=["..", "nix/store"]),
        "inputs_dir": refuse(inputs_dir="nix/.."),
        "additional_files": refuse(
            additional_files=[build_pb2.BuildRequest.AdditionalFile(path="build/../../etc/x", contents=b"")]
        ),
        "failing_builder": refuse(command_args=["/bin/sh", "-c", "echo the last line; exit 3"]),
    }


scenarios = {
    scenario.__name__: scenario
    for scenario in (
        blob_round_trip,
        directory_round_trip,
        path_info_round_trip,
        calculate_nar,
        do_build,
        unknown_values,
        short_values,
        refused_directories,
        refused_path_info,
        refused_builds,
    )
}

print(json.dumps(scenarios[sys.argv[2]](json.load(sys.stdin))))
