# category: files
# checks: a directory is imported by its default.nix
# versions: 2.3+
import ./fixtures/nested
