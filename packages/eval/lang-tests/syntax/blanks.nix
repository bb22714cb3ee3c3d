# category: syntax
# checks: all blanks that may stand between tokens
# versions: 2.3+
import ./fixtures/blanks.nix
