# category: let
# checks: a keyword as a name is selected by a string only
# versions: 2.3+
{ "in" = 1; "let" = 2; }."in"
