# category: json
# checks: escapes; backspace and form feed have short ones, too
# versions: 2.12+
map builtins.toJSON [ "a\"b" "\\" "\n\r\t" "é" "/" "${"$"}{x}" (builtins.fromJSON ''"\b\f\u0001\u001f\u007f"'') ]
