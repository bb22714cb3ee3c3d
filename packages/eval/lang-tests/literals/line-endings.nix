# category: literals
# checks: carriage returns and line feeds separate tokens alike
# versions: 2.3+
import ./fixtures/line-endings.nix
