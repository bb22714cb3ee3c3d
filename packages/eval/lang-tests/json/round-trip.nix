# category: json
# checks: from JSON to values and back
# versions: 2.3+
let t = ''{"a":[1,-2,"x\\\"y\n",{"b":null}],"c":true}''; in builtins.toJSON (builtins.fromJSON t) == t
