# ends: EXITED refused
def forever():
    at = 0
    while True:
        at += 1
        open("file%d" % at, "w").close()
attempt(forever)
