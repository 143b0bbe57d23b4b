# ends: EXITED refused
for path in ("/", "/usr", "/usr/bin/env", "/program/program.py", canary, "/dev/null", sys.executable):
    attempt(lambda: os.chmod(path, 0o777))
    attempt(lambda: os.chown(path, 1000, 1000))
open("mine", "w").close()
attempt(lambda: os.chown("mine", 1000, 1000))
