# category: files
# checks: a missing file is named
# versions: 2.3+
import ./fixtures/missing.nix
