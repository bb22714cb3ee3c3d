# category: json
# checks: all escapes, surrogates too
# versions: 2.3+
builtins.fromJSON ''"\" \\ \/ \n \t \r \u0041 \ud834\udd1e \u00ff"''
