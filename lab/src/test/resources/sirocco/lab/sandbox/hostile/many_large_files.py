# ends: EXITED refused
def forever():
    at = 0
    while True:
        at += 1
        with open("file%d" % at, "wb") as file:
            file.write(bytes(1 << 20))
attempt(forever)
