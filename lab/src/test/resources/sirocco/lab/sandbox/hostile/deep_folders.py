# ends: EXITED refused
def forever():
    while True:
        os.mkdir("d")
        os.chdir("d")
attempt(forever)
