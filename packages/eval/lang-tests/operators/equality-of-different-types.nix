# category: operators
# checks: values of different types are unequal, except for numbers
# versions: 2.3+
[ (1 == "1") ([ ] == { }) (null == { }) (true == 1) ("a" == /a) (1 == 1.0) ({ } == [ ]) ]
