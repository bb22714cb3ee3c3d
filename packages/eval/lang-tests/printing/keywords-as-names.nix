# category: printing
# checks: names that are keywords are printed in quotes; `or` and constants are names as any other
# versions: 2.17+
{
  "assert" = 1;
  "else" = 2;
  "if" = 3;
  "in" = 4;
  "inherit" = 5;
  "let" = 6;
  "or" = 7;
  "rec" = 8;
  "then" = 9;
  "with" = 10;
  null = 11;
  true = 12;
}
