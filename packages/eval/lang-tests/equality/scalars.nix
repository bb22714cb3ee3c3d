# category: equality
# checks: equality within and across types
# versions: 2.3+
[ (1 == 1) (1 == 1.0) (1 == 2) ("a" == "a") ("1" == 1) (null == null) (null == false) (true == true) (1.5 == 1.5) (null == 0) ("" == null) ]
