# category: attributes
# checks: keywords and odd names print quoted where they must be
# versions: 2.14+
{ "if" = 1; "1a" = 2; "a-b" = 3; "a.b" = 4; "" = 5; "or" = 6; "é" = 7; "a'" = 8; "-" = 9; "assert" = 10; "true" = 11; }
