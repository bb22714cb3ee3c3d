# category: types
# checks: the predicates on every kind of value
# versions: 2.3+
let values = [ 1 1.5 "a" /a null true [ ] { } (x: x) ]; t = p: map p values; in { int = t builtins.isInt; float = t builtins.isFloat; string = t builtins.isString; path = t builtins.isPath; null = t isNull; bool = t builtins.isBool; list = t builtins.isList; attrs = t builtins.isAttrs; function = t builtins.isFunction; }
