# ends: TIME
while True:
    pass
