# ends: EXITED refused
if set(os.environ) - {"PATH", "HOME", "TMPDIR", "LANG", "PYTHONHASHSEED", "LC_CTYPE"}:
    print("HARM", os.environ)
for process in ("1", str(os.getppid()), parent):
    attempt(lambda: open("/proc/" + process + "/environ").read())
