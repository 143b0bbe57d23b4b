# ends: EXITED refused
open("sparse", "w").close()
attempt(lambda: os.truncate("sparse", 1 << 40))
