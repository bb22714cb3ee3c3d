# category: syntax
# checks: a syntax error in the middle of a file
# versions: 2.3+
{
  a = 1;
  b = ];
}
