# category: let
# checks: data may contain itself
# versions: 2.3+
let s = { a = 1; self = s; }; in s.self.self.self.a
