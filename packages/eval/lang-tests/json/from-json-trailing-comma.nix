# category: json
# checks: no comma before the end
# versions: 2.3+
builtins.fromJSON "[ 1, ]"
