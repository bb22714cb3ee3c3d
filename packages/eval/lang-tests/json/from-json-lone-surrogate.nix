# category: json
# checks: half of a surrogate pair is no character
# versions: 2.3+
builtins.fromJSON ''"\ud800"''
