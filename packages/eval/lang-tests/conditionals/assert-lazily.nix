# category: conditionals
# checks: an assertion around an attribute holds back that attribute alone
# versions: 2.3+
({ a = assert false; 1; b = 2; }).b
