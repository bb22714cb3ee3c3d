# category: files
# checks: the first entry that has the file counts
# versions: 2.3+
baseNameOf (builtins.findFile [ { path = ./fixtures/none; } { path = ./fixtures/nested; } { path = ./fixtures; } ] "chain.nix")
