# ends: EXITED refused
for target in ("/usr/bin/env", "/program/program.py", canary + "/file", "/proc/self/exe"):
    attempt(lambda: os.link(target, "link"))
