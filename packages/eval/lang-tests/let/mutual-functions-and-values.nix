# category: let
# checks: values may need functions that stand after them
# versions: 2.3+
let v = f 3; f = x: x * k; k = 2; in v
