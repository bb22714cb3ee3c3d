# category: literals
# checks: a float whose integer part has two zeros is an integer and a float
# versions: 2.3+
[ 00.5 01.5 ]
