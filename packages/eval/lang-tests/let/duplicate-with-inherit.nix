# category: let
# checks: a name can't be bound and inherited
# versions: 2.3+
let a = 1; inherit (b) a; b = { }; in a
