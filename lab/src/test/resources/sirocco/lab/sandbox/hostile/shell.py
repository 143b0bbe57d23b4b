# ends: EXITED in-a-shell
os.execv("/bin/sh", ["sh", "-c",
    "echo in-a-shell; kill -9 $PPID 1 %s; echo harm > %s/file; (sleep 60 &) ; exec sleep 0" % (parent, canary)])
