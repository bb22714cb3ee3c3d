# category: printing
# checks: integers and floats
# versions: 2.3+
[ 1 (-1) 1.0 1.5 0.1 123456789.0 1.0e10 1.0e-5 100000.0 1000000.0 (-0.0) 3.14159265358979 ]
