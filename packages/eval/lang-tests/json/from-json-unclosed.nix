# category: json
# checks: brackets close
# versions: 2.3+
builtins.fromJSON "[1, 2"
