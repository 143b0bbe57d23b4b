# ends: EXITED refused
for path in ("../" * 40, "/proc/self/root/", "/proc/1/cwd/", "/proc/1/root/", "/proc/self/cwd/../../"):
    attempt(lambda: os.stat(path + canary))
    attempt(lambda: os.stat(path + "sys/kernel"))
attempt(lambda: os.chroot("/work"))
