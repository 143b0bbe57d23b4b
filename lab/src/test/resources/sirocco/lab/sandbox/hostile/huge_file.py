# ends: EXITED refused
def forever():
    with open("huge", "wb") as file:
        while True:
            file.write(bytes(1 << 16))
            file.flush()
attempt(forever)
