# ends: OUTPUT
while True:
    sys.stderr.write("x" * 1000)
