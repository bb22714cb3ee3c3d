# category: json
# checks: escapes; only five characters have short ones
# versions: 2.3-2.11
map builtins.toJSON [ "a\"b" "\\" "\n\r\t" "é" "/" "${"$"}{x}" (builtins.fromJSON ''"\b\f\u0001\u001f\u007f"'') ]
